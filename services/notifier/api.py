"""The notifier's own routes: none yet. Its API process answers health and feed, which every service has."""

from chassis.web import Routes

routes = Routes("notifier", description="Mails and their tries.")
