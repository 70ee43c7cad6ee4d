//! `PostgreSQL`: does it answer, does it let this server in, are the tables there or can they be made?

use super::{PATIENCE, try_out};
use crate::server::{
    config::PostgresUrl,
    doctor::report::{Check, Finding},
    store::{database::Database, sql::SqlOneTime},
};
use sqlx::{ConnectOptions, PgConnection, postgres::PgPoolOptions};

const WHAT: &str = "PostgreSQL";

/// What is found there. Nothing is made: that is the server's to do.
pub async fn examine(url: &PostgresUrl) -> Finding {
    match tokio::time::timeout(PATIENCE, look(url)).await {
        Ok(Ok(finding)) => finding,
        Ok(Err(error)) => refused(&error),
        Err(_) => refused(&sqlx::Error::PoolTimedOut),
    }
}

async fn look(url: &PostgresUrl) -> sqlx::Result<Finding> {
    let options = url.options()?;
    // Not by a pool, which waits for a server that refuses connections.
    let mut connection = options.connect().await?;
    if has_tables(&mut connection).await? {
        let pool = PgPoolOptions::new().max_connections(1).connect_with(options).await?;
        return Ok(match try_out(&SqlOneTime::new(Database::Postgres(pool))).await {
            Ok(evidence) => Finding::pass(Check::Database, format!("{WHAT}: {evidence}")),
            Err(reason) => {
                let remedy = "The user in DATABASE_URL must be able to read and write the tables: let it own them.";
                Finding::fail(Check::Database, format!("{WHAT}: {reason}"), remedy)
            }
        });
    }
    let may_make = "SELECT coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)";
    let may_make: bool = sqlx::query_scalar(may_make).fetch_one(&mut connection).await?;
    Ok(if may_make {
        let evidence = format!("{WHAT} answers; the server makes its tables when it starts");
        Finding::pass(Check::Database, evidence)
    } else {
        let remedy =
            "The user in DATABASE_URL may make no tables. Let it own the database: ALTER DATABASE … OWNER TO …";
        Finding::fail(
            Check::Database,
            format!("{WHAT} answers, and the tables are not there"),
            remedy,
        )
    })
}

async fn has_tables(connection: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::query_scalar("SELECT to_regclass('one_time') IS NOT NULL")
        .fetch_one(connection)
        .await
}

/// By the code that it gives ([its list](https://www.postgresql.org/docs/current/errcodes-appendix.html)).
fn refused(error: &sqlx::Error) -> Finding {
    let code = error.as_database_error().and_then(|error| error.code());
    let remedy = match (code.as_deref(), error) {
        (Some("28P01"), _) => {
            "The user or the password in DATABASE_URL is wrong. Special characters of a password are percent-encoded there; \
             psql \"$DATABASE_URL\" tries the same."
        }
        (Some("28000"), _) => {
            "It lets nobody of that name in from here: see its pg_hba.conf, and whether it wants TLS (?sslmode=require)."
        }
        (Some("3D000"), _) => "There is no such database: CREATE DATABASE …, owned by the user in DATABASE_URL.",
        (Some("53300"), _) => {
            "It has no connection left. Each instance takes up to 8: raise its max_connections, or run fewer instances."
        }
        (_, sqlx::Error::Tls(_)) => {
            "TLS fails: sslrootcert names the certificate authority, and sslmode says how much is asked of the server."
        }
        _ => {
            "DATABASE_URL names its host, port and database: is it up, and can this machine reach it? Try: psql \
             \"$DATABASE_URL\""
        }
    };
    Finding::fail(Check::Database, format!("{WHAT}: {error}"), remedy)
}
