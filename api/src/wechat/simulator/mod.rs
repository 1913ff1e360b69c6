//! A simulated WeChat that speaks the real one's HTTP over loopback.
//!
//! For tests and for demonstrations without a mini-program. The client cannot tell it apart:
//! status, bytes and texts of answers are those of the real service. It only stands in for apps
//! whose appid begins with `wxsim`, so it can never answer for a real one.

mod control;
mod demo;
mod endpoints;
mod faults;
mod picture;
mod refusals;
mod state;
mod tokens;

use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::body::BodyStream;
use actix_web::dev::ServerHandle;
use actix_web::http::StatusCode;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use futures_util::stream;
use secrecy::SecretString;

pub use control::Control;
pub use demo::{demo_openid, demo_phone};
pub use faults::{Fault, Times};
pub use state::Exchange;

use super::types::Clock;
use endpoints::{Call, Reply};
use faults::After;
use state::World;

/// What a simulator is started with.
#[derive(Clone)]
pub struct SimulatorSettings {
    /// The app it stands in for; must begin with `wxsim`.
    pub appid: String,
    /// The secret it expects.
    pub secret: SecretString,
    /// Where its codes, tokens and request ids come from: same seed, same run.
    pub seed: u64,
    /// Its clock, which [`Control::advance`] moves ahead.
    pub now: Clock,
}

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// It will not stand in for an app that may be real.
    #[error("the WeChat simulator only serves appids that begin with `wxsim`")]
    RealAppid,
    /// There is no free port on the loopback interface.
    #[error("the WeChat simulator cannot listen")]
    Listen(#[from] std::io::Error),
}

/// A running simulator. It ends when this is dropped.
#[derive(Debug)]
pub struct Simulator {
    base_url: String,
    control: Control,
    server: ServerHandle,
}

impl Simulator {
    /// Starts one on a free port of the loopback interface. Needs a tokio runtime.
    ///
    /// # Errors
    /// When the appid may be a real one, or no port can be had.
    pub fn start(settings: SimulatorSettings) -> Result<Self, SimulatorError> {
        if !settings.appid.starts_with("wxsim") {
            return Err(SimulatorError::RealAppid);
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let world = Shared(Arc::new(Mutex::new(World::new(settings))));
        let state = web::Data::new(world.clone());
        let app = move || App::new().app_data(state.clone()).default_service(web::to(serve));
        let server = HttpServer::new(app).workers(1).disable_signals().listen(listener)?.run();
        let handle = server.handle();
        tokio::spawn(async move {
            if let Err(error) = server.await {
                tracing::error!(%error, "the WeChat simulator stopped");
            }
        });
        Ok(Self { base_url, control: Control::new(world), server: handle })
    }

    /// Where it listens, as the client's base URL.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The strings to pull.
    #[must_use]
    pub fn control(&self) -> &Control {
        &self.control
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // The order to stop is sent at once; the future only waits until it has been obeyed.
        drop(self.server.stop(false));
    }
}

#[derive(Clone)]
struct Shared(Arc<Mutex<World>>);

impl Shared {
    fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn serve(request: HttpRequest, body: web::Bytes, shared: web::Data<Shared>) -> HttpResponse {
    let call = Call::read(&request, &body);
    let (number, faults) = shared.world().receive(&call);
    faults.wait().await;
    if faults.resets_before() {
        return reset();
    }
    let reply = faults.answer_instead(&call, &shared).unwrap_or_else(|| {
        let mut world = shared.world();
        endpoints::answer(&mut world, &call)
    });
    shared.world().record_answer(number, reply.errcode);
    match faults.dress(reply) {
        After::Reset => reset(),
        After::Answer(reply) => send(reply),
    }
}

fn send(reply: Reply) -> HttpResponse {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::BAD_GATEWAY);
    HttpResponse::build(status).content_type(reply.content_type).body(reply.body)
}

/// Cuts the connection: a body that fails before its first byte takes the head down with it.
fn reset() -> HttpResponse {
    let broken = stream::once(async {
        Err::<web::Bytes, _>(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
    });
    HttpResponse::Ok().body(BodyStream::new(Box::pin(broken)))
}
