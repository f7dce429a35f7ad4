#!/bin/bash
# A database for each service, and two roles that may connect to no other: one owns the schema and migrates it, the other, the
# service's own, reads and writes rows and can change no table. Run at the first start of an empty volume; running it again does
# no harm, sets the passwords anew, and brings a volume of an earlier version to this:
#   docker compose exec postgres bash /docker-entrypoint-initdb.d/10-databases.sh
set -euo pipefail

administrator=${POSTGRES_USER:-postgres}
run() { psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username "$administrator" --dbname "$@"; }

# The passwords reach psql through its environment: a command line can be read by others.
create_role() { # create_role ROLE FILE
    password=$(<"/run/secrets/$2")
    export password
    run postgres --set role="$1" <<'SQL'
\getenv password password
SELECT format('CREATE ROLE %I LOGIN', :'role') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
ALTER ROLE :"role" PASSWORD :'password';
SQL
}

run postgres <<'SQL'
REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC;
SQL

for service in identity structures espaces notifier; do
    owner=${service}_owner
    create_role "$owner" "$service-owner-database-password"
    create_role "$service" "$service-database-password"
    run postgres --set service="$service" --set owner="$owner" <<'SQL'
SELECT format('CREATE DATABASE %I', :'service')
    WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'service') \gexec
ALTER DATABASE :"service" OWNER TO :"owner";
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"service" TO :"service";
SQL
    # What there is already, and what migrations will make.
    run "$service" --set service="$service" --set owner="$owner" <<'SQL'
REASSIGN OWNED BY :"service" TO :"owner";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"service";
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO :"service";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"service";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO :"service";
SQL
done
