"""Which espaces are open on which structure, who is subscribed to them, and so who may do what."""
