//! Writing a request.

use super::{Request, RootStyle};
use crate::xml::write_element;

pub(super) fn to_xml(request: &Request) -> String {
    let root = match request.root {
        RootStyle::Mrq => "mrq",
        RootStyle::Scaip => "scaip",
    };
    let mut out = String::with_capacity(256);
    out.push('<');
    out.push_str(root);
    out.push('>');
    write_element(&mut out, "ref", &request.reference);
    write_element(&mut out, "cid", &request.controller_id);
    write_element(&mut out, "dty", &request.device_type.to_string());
    text(&mut out, "ver", request.version.as_deref());
    text(&mut out, "mty", request.message_type.map(super::MessageType::letters));
    number(&mut out, "sco", request.system_configuration);
    number(&mut out, "cha", request.call_handling);
    text(&mut out, "hbo", request.heartbeat_options.as_deref());
    text(&mut out, "did", request.device_id.as_deref());
    number(&mut out, "dco", request.component);
    text(&mut out, "dte", request.device_text.as_deref());
    for id in &request.caller_ids {
        write_element(&mut out, "crd", id);
    }
    number(&mut out, "stc", request.status);
    text(&mut out, "stt", request.status_text.as_deref());
    number(&mut out, "pri", request.priority);
    number(&mut out, "lco", request.location);
    text(&mut out, "lva", request.location_value.as_deref());
    text(&mut out, "lte", request.location_text.as_deref());
    if let Some(position) = &request.position {
        out.push_str("<lge>");
        text(&mut out, "geo", position.geo.as_deref());
        text(&mut out, "tim", position.time.as_deref());
        text(&mut out, "gga", position.gga.as_deref());
        out.push_str("</lge>");
    }
    number(&mut out, "ico", request.information);
    text(&mut out, "ite", request.information_text.as_deref());
    number(&mut out, "ame", request.additional_message.map(u8::from));
    number(&mut out, "mreq", request.media_request);
    out.push_str("</");
    out.push_str(root);
    out.push('>');
    out
}

fn text(out: &mut String, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        write_element(out, name, value);
    }
}

fn number(out: &mut String, name: &str, value: Option<impl std::fmt::Display>) {
    if let Some(value) = value {
        write_element(out, name, &value.to_string());
    }
}
