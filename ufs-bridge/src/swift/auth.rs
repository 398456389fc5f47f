//! Tokens of Swift: the exchange of TempAuth and its kin (version 1), and Keystone's versions 2 and
//! 3. A token is kept until shortly before its end, or until the store refuses it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::error::{Code, Failure, Outcome};
use crate::web;

/// A token is renewed so long before its end.
const BEFORE_END: Duration = Duration::from_secs(60);
/// Of one exchange; a caller may have less patience.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where the account is, and what opens it.
pub struct Access {
    pub token: String,
    pub storage_url: String,
    renew_at: Option<Instant>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    V1,
    KeystoneV2,
    KeystoneV3,
}

pub struct Auth {
    client: Client,
    kind: Kind,
    url: String,
    user: String,
    tenant: String,
    password: String,
    region: String,
    domain: String,
    /// Held while a token is fetched: whoever needs it meanwhile waits for the same one.
    access: Mutex<Option<Arc<Access>>>,
}

fn invalid(text: impl Into<String>) -> Failure {
    Failure::new(Code::InvalidArgument, text)
}

impl Auth {
    /// Takes "auth_*", "user", "tenant", "password", "region" and "domain" out of `options`.
    pub fn of(client: Client, options: &mut HashMap<String, String>) -> Outcome<Self> {
        let mut take = |name: &str| options.remove(name).unwrap_or_default();
        let kind = match take("auth_method").as_str() {
            "" | "tempauth" | "swiftauth" => Kind::V1,
            "keystone" => Kind::KeystoneV2,
            "keystonev3" => Kind::KeystoneV3,
            _ => return Err(invalid("swift: an unknown method of authentication")),
        };
        let url = take("auth_url");
        let url = match kind {
            Kind::V1 => url,
            Kind::KeystoneV2 => with_tail(url, "/tokens"),
            Kind::KeystoneV3 => with_tail(url, "/auth/tokens"),
        };
        Ok(Self {
            client,
            kind,
            url,
            user: take("user"),
            tenant: take("tenant"),
            password: take("password"),
            region: take("region"),
            domain: take("domain"),
            access: Mutex::new(None),
        })
    }

    pub async fn access(&self) -> Outcome<Arc<Access>> {
        let mut kept = self.access.lock().await;
        if let Some(access) = kept.as_ref()
            && access.renew_at.is_none_or(|at| Instant::now() < at)
        {
            return Ok(access.clone());
        }
        let fresh = Arc::new(self.fetch().await?);
        *kept = Some(fresh.clone());
        Ok(fresh)
    }

    /// After the store refused `old`: somebody else may have been here before.
    pub async fn renew(&self, old: &Arc<Access>) {
        let mut kept = self.access.lock().await;
        if kept.as_ref().is_some_and(|access| Arc::ptr_eq(access, old)) {
            *kept = None;
        }
    }

    async fn fetch(&self) -> Outcome<Access> {
        let asked = async {
            match self.kind {
                Kind::V1 => self.fetch_v1().await,
                Kind::KeystoneV2 => self.fetch_keystone_v2().await,
                Kind::KeystoneV3 => self.fetch_keystone_v3().await,
            }
        };
        match tokio::time::timeout(PATIENCE, asked).await {
            Ok(Ok(access)) => Ok(access),
            Ok(Err(mut failure)) => {
                failure.message = format!("authentication: {}", failure.message);
                Err(failure)
            }
            Err(_) => {
                let text = format!("authentication: no answer within {} s", PATIENCE.as_secs());
                Err(Failure::new(Code::Unavailable, text))
            }
        }
    }

    async fn fetch_v1(&self) -> Outcome<Access> {
        let user = match self.tenant.as_str() {
            "" => self.user.clone(),
            tenant => format!("{tenant}:{}", self.user),
        };
        let request = self.client.get(&self.url).header("X-Auth-User", user);
        let response = request.header("X-Auth-Key", &self.password).send().await?;
        let response = granted(response).await?;
        let life = web::header(&response, "x-auth-token-expires").parse::<u64>().ok();
        access_of(
            web::header(&response, "x-auth-token"),
            web::header(&response, "x-storage-url"),
            life.map(Duration::from_secs),
        )
    }

    async fn fetch_keystone_v2(&self) -> Outcome<Access> {
        let credentials = json!({"username": self.user, "password": self.password});
        let mut auth = json!({"passwordCredentials": credentials});
        if !self.tenant.is_empty() {
            auth["tenantName"] = json!(self.tenant);
        }
        let mut response = granted(self.post(json!({"auth": auth})).await?).await?;
        let answer = web::json(&mut response).await?;
        let (access, token) = (&answer["access"], &answer["access"]["token"]);
        let url =
            self.endpoint(&access["serviceCatalog"], |endpoint| endpoint["publicURL"].as_str())?;
        access_of(text(token, "id"), url, life_until(text(token, "expires")))
    }

    async fn fetch_keystone_v3(&self) -> Outcome<Access> {
        // As in Alluxio 2.9 these are ids, unless a domain says whose names they are.
        let named = |id: &str| match self.domain.as_str() {
            "" => json!({"id": id}),
            domain => json!({"name": id, "domain": {"name": domain}}),
        };
        let mut user = named(&self.user);
        user["password"] = json!(self.password);
        let identity = json!({"methods": ["password"], "password": {"user": user}});
        let mut auth = json!({"identity": identity});
        if !self.tenant.is_empty() {
            auth["scope"] = json!({"project": named(&self.tenant)});
        }
        let mut response = granted(self.post(json!({"auth": auth})).await?).await?;
        let token = web::header(&response, "x-subject-token").to_string();
        let answer = web::json(&mut response).await?;
        let url = self.endpoint(&answer["token"]["catalog"], |endpoint| {
            endpoint["url"].as_str().filter(|_| endpoint["interface"] == "public")
        })?;
        access_of(&token, url, life_until(text(&answer["token"], "expires_at")))
    }

    async fn post(&self, body: Value) -> reqwest::Result<Response> {
        let request = self.client.post(&self.url).header("Content-Type", "application/json");
        request.header("Accept", "application/json").body(body.to_string()).send().await
    }

    /// The object store of a catalog, in the region that is wanted.
    fn endpoint<'a>(
        &self,
        catalog: &'a Value,
        url: impl Fn(&'a Value) -> Option<&'a str>,
    ) -> Outcome<&'a str> {
        let list = |value: &'a Value| value.as_array().map(Vec::as_slice).unwrap_or_default();
        let mut others = Vec::new();
        for service in list(catalog).iter().filter(|one| one["type"] == "object-store") {
            for endpoint in list(&service["endpoints"]) {
                let Some(url) = url(endpoint) else { continue };
                if self.region.is_empty() || text(endpoint, "region") == self.region {
                    return Ok(url);
                }
                others.push(text(endpoint, "region"));
            }
        }
        if others.is_empty() {
            return Err(invalid("the catalog has no object store; is fs.swift.tenant right?"));
        }
        let text = format!("the regions are {}, fs.swift.region is another", others.join(", "));
        Err(invalid(text))
    }
}

fn with_tail(url: String, tail: &str) -> String {
    let base = url.trim_end_matches('/');
    if base.is_empty() || base.ends_with("/tokens") { url } else { format!("{base}{tail}") }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn life_until(end: &str) -> Option<Duration> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    Some(Duration::from_millis(u64::try_from(web::utc_ms(end)?).ok()?).saturating_sub(now))
}

fn access_of(token: &str, storage_url: &str, life: Option<Duration>) -> Outcome<Access> {
    if token.is_empty() || !storage_url.starts_with("http") {
        let text = "the answer has no token or no address of the store";
        return Err(Failure::new(Code::DataLoss, text));
    }
    let renew_at =
        life.and_then(|life| Instant::now().checked_add(life.saturating_sub(BEFORE_END)));
    Ok(Access {
        token: token.to_string(),
        storage_url: storage_url.trim_end_matches('/').to_string(),
        renew_at,
    })
}

/// What is refused is told without the body: it may repeat what it was sent.
async fn granted(response: Response) -> Outcome<Response> {
    let status = response.status();
    match status {
        _ if status.is_success() => Ok(response),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            let text = format!("HTTP {}: user, tenant or password is refused", status.as_u16());
            Err(Failure::new(Code::PermissionDenied, text))
        }
        _ if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
            Err(Failure::new(Code::Unavailable, format!("HTTP {}", status.as_u16())))
        }
        _ => {
            let text = format!("HTTP {}; is fs.swift.auth.url right?", status.as_u16());
            Err(invalid(text))
        }
    }
}
