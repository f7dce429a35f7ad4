#!/bin/bash
# A database and a role for each service, which may connect to no other. Run at the first start of an empty volume; running it
# again does no harm and sets the passwords anew:
#   docker compose exec postgres bash /docker-entrypoint-initdb.d/10-databases.sh
set -euo pipefail

administrator=${POSTGRES_USER:-postgres}
run() { psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username "$administrator" --dbname postgres "$@"; }

run <<'SQL'
REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC;
SQL

for service in identity structures espaces notifier; do
    # The password reaches psql through its environment: a command line can be read by others.
    password=$(<"/run/secrets/$service-database-password")
    export password
    run --set service="$service" <<'SQL'
\getenv password password
SELECT format('CREATE ROLE %I LOGIN', :'service')
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'service') \gexec
ALTER ROLE :"service" PASSWORD :'password';
SELECT format('CREATE DATABASE %I OWNER %I', :'service', :'service')
    WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'service') \gexec
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
SQL
done
