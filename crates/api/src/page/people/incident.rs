//! `/incident/{token}`: what the operator has to say of an incident. Looking changes nothing, as programs that test links
//! look, too; a person presses the button.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use sealpost_tenancy::IncidentPage;
use sealpost_wording::moment;

use super::{
    super::language,
    answer::{refused, see, shown},
    form::Fields,
    texts::filled,
    view::{Form, Section, View},
};
use crate::{App, error::ApiError};

/// `GET /incident/{token}`
pub(super) async fn show(app: App, request: HttpRequest, token: web::Path<String>) -> HttpResponse {
    let page = async {
        app.count_sign_in(&request).await?;
        let grant = app.auth().incident_link(&token).await?;
        Ok::<_, ApiError>(app.tenancy().incident_page(&grant).await?)
    };
    match page.await {
        Ok(page) => shown(&request, StatusCode::OK, &view(&request, page)),
        Err(error) => refused(&request, &error, View::new(language::of(request.headers()), "incident")),
    }
}

/// `POST /incident/{token}`
pub(super) async fn submit(
    app: App,
    request: HttpRequest,
    token: web::Path<String>,
    payload: web::Payload,
) -> HttpResponse {
    let acknowledged = async {
        Fields::read(&app, &request, payload).await?;
        let grant = app.auth().incident_link(&token).await?;
        Ok::<_, ApiError>(app.tenancy().acknowledge_incident_by_link(&grant).await?)
    };
    match acknowledged.await {
        Ok(()) => see(request.path(), None),
        Err(error) => refused(&request, &error, View::new(language::of(request.headers()), "incident")),
    }
}

fn view(request: &HttpRequest, page: IncidentPage) -> View {
    let language = language::of(request.headers());
    let mut view = View::new(language, "incident");
    let values = [("date", &*moment(language, page.created_at)), ("tenant", &*page.tenant_name)];
    let intro = filled(language, "incident_intro", &values);
    view.sections.push(Section { text: Some(intro), ..Section::default() });
    let mut heading = Some(page.subject);
    for line in page.text.lines().filter(|line| !line.trim().is_empty()) {
        let text = Some(line.to_owned());
        view.sections.push(Section { heading: heading.take(), text, ..Section::default() });
    }
    match page.acknowledged_at {
        Some(at) => {
            view.done = Some(filled(language, "incident_done", &[("date", &moment(language, at))]));
        }
        None => view.sections.push(Form::new(language, "button_acknowledge", Vec::new()).alone()),
    }
    view
}
