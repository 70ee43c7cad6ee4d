//! `DATABASE_URL` and `REDIS_URL`.

use super::{assert_mistake, read};
use crate::server::config::DatabaseUrl;
use std::path::Path;

#[test]
fn the_database_is_sqlite() {
    for (given, path) in [
        ("sqlite:data/vestibule.db", Some("data/vestibule.db")),
        ("sqlite://data/vestibule.db", Some("data/vestibule.db")),
        ("sqlite:///var/lib/vestibule.db", Some("/var/lib/vestibule.db")),
        ("sqlite:/var/lib/vestibule.db?mode=rwc", Some("/var/lib/vestibule.db")),
        ("sqlite:a%20b.db", Some("a b.db")),
        ("sqlite::memory:", None),
        ("sqlite://:memory:", None),
    ] {
        assert_eq!(
            read("", &[("DATABASE_URL", given)]).unwrap().database.file(),
            path.map(Path::new),
            "{given}"
        );
    }
    for (given, part) in [
        ("sqlite:", "found \"sqlite:\""),
        ("sqlite:folder/", "found \"sqlite:folder/\""),
        ("sqlite:x.db?mode=ro", "without options"),
        ("sqlite:%00", "sqlite:data/vestibule.db"),
        ("mysql://root:hunter2@db/app", "found \"mysql://…\""),
        ("hunter2", "not shown"),
    ] {
        assert_mistake("", &[("DATABASE_URL", given)], &["DATABASE_URL: ", part]);
        assert!(
            !read("", &[("DATABASE_URL", given)])
                .unwrap_err()
                .to_string()
                .contains("hunter2")
        );
    }
}

#[test]
fn or_postgresql() {
    for given in [
        "postgres://vestibule:hunter2@db.example:5433/app",
        "postgresql://db/app?sslmode=verify-full",
        "postgres:///app?host=/run/postgresql",
    ] {
        let config = read("", &[("DATABASE_URL", given)]).unwrap();
        assert!(matches!(config.database, DatabaseUrl::Postgres(_)), "{given}");
        assert_eq!(format!("{:?}", config.database), "Postgres([redacted])");
    }
    for given in [
        "postgres://vestibule:hunter2@db.example",
        "postgres://vestibule:hunter2@db.example/app#x",
        "postgres://vestibule:hunter2@db.example/app?sslmode=perhaps",
        "postgres://:hunter2@",
        "postgres:",
    ] {
        assert_mistake(
            "",
            &[("DATABASE_URL", given)],
            &["DATABASE_URL: ", "postgres://user:password@host:port/database"],
        );
        let said = read("", &[("DATABASE_URL", given)]).unwrap_err().to_string();
        assert!(!said.contains("hunter2"), "{said}");
    }
}

#[test]
fn redis_may_be_one_server() {
    for given in [
        "redis://127.0.0.1",
        "rediss://user:p%40ss@redis.example:6380/3",
        "redis://[::1]:6379/",
    ] {
        assert_eq!(
            read("", &[("REDIS_URL", given)]).unwrap().redis_url.unwrap().expose(),
            given
        );
    }
    for (given, part) in [
        ("http://user:hunter2@redis.example", "found \"http://…\""),
        ("redis://", "found \"redis://…\""),
        ("redis://host/hunter2", "redis://host:port"),
        ("redis://host?password=hunter2", "redis://host:port"),
        ("host:6379", "redis://host:port"),
        ("", "an empty value"),
    ] {
        assert_mistake("", &[("REDIS_URL", given)], &["REDIS_URL: ", part]);
        assert!(
            !read("", &[("REDIS_URL", given)])
                .unwrap_err()
                .to_string()
                .contains("hunter2")
        );
    }
}

#[test]
fn or_a_cluster_or_what_sentinels_know() {
    for given in [
        "redis-cluster://redis-1.example",
        "rediss-cluster://user:p%40ss@redis-1.example:6380?node=redis-2.example:6380&node=redis-3.example:6380",
        "redis-sentinel://sentinel-1.example?sentinelServiceName=mymaster",
        "rediss-sentinel://user:p%40ss@sentinel-1.example:26379/2?node=sentinel-2.example:26379&sentinelServiceName=mymaster\
         &sentinelUsername=watch&sentinelPassword=w%40tch",
    ] {
        let config = read("", &[("REDIS_URL", given)]).unwrap();
        assert_eq!(config.redis_url.unwrap().expose(), given);
    }
    let (cluster, sentinel) = ("no database number", "sentinels and what they call the service");
    for (given, part) in [
        ("redis-cluster://a:hunter2@", cluster),
        ("redis-cluster://a:hunter2@host/1", cluster),
        ("redis-cluster://a:hunter2@host?node=other", cluster),
        ("redis-cluster://a:hunter2@host?node=other:0", cluster),
        ("redis-cluster://a:hunter2@host?nodes=other:1", cluster),
        ("redis-cluster://a:hunter2@host#other", cluster),
        ("redis-sentinel://a:hunter2@host", sentinel),
        ("redis-sentinel://a:hunter2@host?sentinelServiceName=", sentinel),
        (
            "redis-sentinel://host?sentinelServiceName=a&sentinelServiceName=hunter2",
            sentinel,
        ),
        ("redis-sentinel://host/hunter2?sentinelServiceName=a", sentinel),
        ("redis-sentinel://host?sentinelServiceName=a&password=hunter2", sentinel),
        (
            "redis-sentinels://a:hunter2@host?sentinelServiceName=a",
            "redis://host:port",
        ),
    ] {
        assert_mistake("", &[("REDIS_URL", given)], &["REDIS_URL: ", part]);
        let said = read("", &[("REDIS_URL", given)]).unwrap_err().to_string();
        assert!(!said.contains("hunter2"), "{said}");
    }
    let file = "[auth]\nredis-url = \"redis-sentinel://host?sentinelServiceName=a&sentinelPassword=hunter2\"";
    let said = read(file, &[]).unwrap_err().to_string();
    assert!(
        said.contains("no password in this file") && !said.contains("hunter2"),
        "{said}"
    );
}
