#include "daemon/admin/resources.hpp"
#include "daemon/admin/settings.hpp"

namespace mizo::admin {

namespace {

using intake::Learner;

// Every way of signing that is tried with each header.
constexpr std::size_t combinations = certs::all_hashes.size() * certs::all_paddings.size() *
                                     certs::all_encodings.size() * certs::all_signed_bytes.size();

struct StateWords {
    std::string_view state;
    std::string_view code;
};

StateWords words_of(const Learner::Progress& progress)
{
    switch (progress.state) {
    case Learner::State::idle: return {"idle", ""};
    case Learner::State::waiting: return {"waiting", "learn_waiting"};
    case Learner::State::matched: return {"matched", "learn_matched"};
    case Learner::State::no_match:
        return {"no_match", progress.lesson.signature_like ? "learn_no_match" : "learn_unsigned"};
    case Learner::State::confirmed: return {"confirmed", "learn_confirmed"};
    case Learner::State::expired: return {"expired", "learn_expired"};
    }
    return {"idle", ""};
}

json::object match_json(const certs::SignatureMatch& match)
{
    return {{"header", match.header},
            {"hash", to_string(match.scheme.hash)},
            {"padding", to_string(match.scheme.padding)},
            {"encoding", to_string(match.scheme.encoding)},
            {"prefix", match.scheme.prefix},
            {"bytes", to_string(match.scheme.bytes)}};
}

json::object learn_json(const Learner::Progress& progress)
{
    const StateWords words = words_of(progress);
    json::object out{{"state", words.state},
                     {"started_at", to_json(progress.started)},
                     {"expires_at", to_json(progress.expires)},
                     {"received_at", to_json(progress.received)},
                     {"delivery_id", text_or_null(progress.delivery_id)},
                     {"combinations", progress.received ? combinations : 0},
                     {"thumbprint", text_or_null(progress.lesson.thumbprint)},
                     {"hints", json::array{}}};
    out["code"] = nullptr;
    out["text"] = "";
    out["args"] = json::object{};
    if (!words.code.empty()) put_message(out, message(words.code));
    out["match"] = nullptr;
    if (progress.lesson.match) out["match"] = match_json(*progress.lesson.match);
    json::array headers;
    for (const std::string& name : progress.lesson.headers) headers.emplace_back(name);
    out["headers"] = std::move(headers);
    return out;
}

json::object patch_of(const certs::SignatureMatch& match)
{
    json::object patch;
    for (const auto& [name, value] : match_json(match)) {
        const std::string_view member = name;
        patch["webhook." + std::string{member == "header" ? "signature_header" : member}] = value;
    }
    return patch;
}

} // namespace

Answer get_learning(Services& services, Call)
{
    co_return json_answer(200, learn_json(services.parts.learner.progress(services.now())));
}

Answer start_learning(Services& services, Call call)
{
    if (!services.parts.settings.current()->is(config::Key::webhook_auth, "x509"))
        co_return problem("learn_not_applicable");
    auto entry = services.deed(call, "learn_started");
    co_await services.audit(std::move(entry));
    services.parts.learner.start(services.now());
    co_return json_answer(202, learn_json(services.parts.learner.progress(services.now())));
}

Answer confirm_learning(Services& services, Call call)
{
    const auto progress = services.parts.learner.progress(services.now());
    if (progress.state == Learner::State::idle) co_return problem("learn_not_started");
    if (progress.state != Learner::State::matched || !progress.lesson.match)
        co_return problem("learn_no_match");
    auto entry = services.deed(call, "learn_confirmed");
    auto refused = co_await change_settings(services, patch_of(*progress.lesson.match), std::move(entry));
    if (refused) co_return std::move(*refused);
    services.parts.learner.confirmed();
    co_return json_answer(200, learn_json(services.parts.learner.progress(services.now())));
}

} // namespace mizo::admin
