#include "certs/encoding.hpp"
#include "daemon/admin/filters.hpp"
#include "daemon/admin/json_rows.hpp"
#include "daemon/admin/resources.hpp"
#include "daemon/admin/webhook.hpp"
#include "daemon/base/utf8.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>

namespace mizo::admin {

namespace {

json::array parsed_array(const std::string& text)
{
    boost::system::error_code error;
    json::value parsed = json::parse(text, error);
    if (error || !parsed.is_array()) return {};
    return std::move(parsed.get_array());
}

// A cut may fall into the middle of a character; what is left of it goes.
std::string_view whole_characters(std::string_view text, bool truncated)
{
    for (std::size_t cut = 0; truncated && cut < 4 && cut <= text.size(); ++cut)
        if (base::is_utf8(text.substr(0, text.size() - cut))) return text.substr(0, text.size() - cut);
    return text;
}

json::object body_json(const store::DeliveryDetail& detail)
{
    json::object out{
        {"size", detail.row.size}, {"sha256", detail.body_sha256}, {"available", detail.body_available}};
    out["encoding"] = out["text"] = nullptr;
    out["truncated"] = false;
    if (!detail.body_available) return out;
    const bool truncated = static_cast<std::int64_t>(detail.body.size()) < detail.row.size;
    const std::string_view text = whole_characters(detail.body, truncated);
    const bool readable = base::is_utf8(text);
    out["encoding"] = readable ? "utf8" : "base64";
    out["text"] = readable ? std::string{text} : certs::base64(text);
    out["truncated"] = truncated;
    return out;
}

// Which of our certificates it was, as far as it is still known.
json::array tried_json(const Services& services, const std::optional<std::string>& thumbprint)
{
    json::array out;
    for (const auto& each : services.parts.certificates.all())
        if (thumbprint && each.thumbprint == *thumbprint)
            out.emplace_back(json::object{{"certificate_id", each.record.id},
                                          {"thumbprint", each.thumbprint},
                                          {"state", to_string(each.record.state)},
                                          {"matched", true}});
    return out;
}

// What was refused carries its explanation. What was verified needs none, and it is made up here from the
// signature that was kept.
json::object verification_json(const Services& services, const store::DeliveryDetail& detail)
{
    boost::system::error_code error;
    json::value kept = json::parse(detail.verification, error);
    if (!error && kept.is_object() && kept.get_object().contains("result"))
        return std::move(kept.get_object());

    const std::string algorithm = detail.signature_alg.value_or("");
    const std::string_view method = detail.row.thumbprint           ? "x509"
                                    : algorithm.starts_with("HMAC") ? "hmac"
                                                                    : "basic";
    const auto settings = services.parts.settings.current();
    const std::string name =
        method == "basic" ? "Authorization" : settings->text(config::Key::webhook_signature_header);
    const std::string signature = detail.signature.value_or("");
    json::object header{{"name", name}, {"found", true}, {"length", signature.size()}};
    header["alphabet"] = nullptr;
    json::object out{{"result", "verified"},
                     {"method", method},
                     {"header", std::move(header)},
                     {"body_sha256", detail.body_sha256},
                     {"tried", tried_json(services, detail.row.thumbprint)},
                     {"thumbprint", to_json(detail.row.thumbprint)},
                     {"hints", json::array{}}};
    out["scheme"] = nullptr;
    if (method == "x509") out["scheme"] = scheme_json(*settings);
    put_message(out, message(method == "x509" ? "signature_ok" : method == "hmac" ? "hmac_ok" : "basic_ok"));
    return out;
}

json::object detail_json(const Services& services, const store::DeliveryDetail& detail)
{
    json::object out = to_json(detail.row);
    out["method"] = detail.method;
    out["path"] = detail.path;
    out["status"] = detail.status;
    out["duration_ms"] = static_cast<double>(detail.duration_us) / 1000;
    out["repeat_of"] = to_json(detail.repeat_of);
    out["headers"] = parsed_array(detail.headers);
    out["body"] = body_json(detail);
    out["verification"] = verification_json(services, detail);
    json::array events;
    for (const store::EventDetail& event : detail.events) events.emplace_back(to_json(event));
    out["event_list"] = std::move(events);
    out["timeline"] = timeline_of(detail);
    return out;
}

} // namespace

Answer get_deliveries(Services& services, Call call)
{
    auto page = read_page(call.query);
    if (!page) co_return problem(page.error());
    auto filter = delivery_filter(call.query);
    if (!filter) co_return problem(filter.error());
    auto read = [wanted = *page, by = *filter](store::Database& db) {
        return std::optional{store::list_deliveries(db, by, wanted)};
    };
    auto listed = co_await net::on_readers(services.parts.readers, std::move(read));
    if (!*listed) co_return problem_of(listed->error(), "cursor_invalid");
    const auto show = [](const store::DeliveryRow& row) { return to_json(row); };
    co_return json_answer(200, page_json(**listed, show));
}

Answer get_delivery(Services& services, Call call)
{
    auto read = [id = call.parameters.at(0)](store::Database& db) {
        return std::optional{store::delivery_detail(db, id)};
    };
    auto found = co_await net::on_readers(services.parts.readers, std::move(read));
    if (!*found) co_return problem_of(found->error(), "internal");
    co_return json_answer(200, detail_json(services, **found));
}

Answer get_delivery_body(Services& services, Call call)
{
    const std::string id = call.parameters.at(0);
    auto read = [id](store::Database& db) { return std::optional{store::delivery_body(db, id)}; };
    auto found = co_await net::on_readers(services.parts.readers, std::move(read));
    if (!*found)
        co_return problem_of(found->error(),
                             found->error().kind() == base::Errc::gone ? "body_gone" : "internal");
    // A stranger's bytes: never to be shown by the browser as a page of ours.
    web::Response response = web::text_response(200, std::move(**found));
    response.headers.add("Content-Disposition", "attachment; filename=\"" + id + ".json\"");
    co_return response;
}

} // namespace mizo::admin
