#include "daemon/intake/verification.hpp"

#include "certs/explain.hpp"
#include "certs/rotation.hpp"
#include "daemon/halo/signature_header.hpp"
#include "daemon/web/json_text.hpp"

#include <boost/json.hpp>

namespace mizo::intake {

namespace {

namespace json = boost::json;

std::string_view timestamp_of(const VerificationRules& rules, const web::Request& request)
{
    if (rules.scheme.timestamp_header.empty()) return {};
    const std::string* value = request.head.headers.find(rules.scheme.timestamp_header);
    return value ? std::string_view{*value} : std::string_view{};
}

// The names of RFC 8017 and of JOSE's registry, put together as Java and .NET do.
std::string algorithm_of(const certs::SignatureScheme& scheme)
{
    const auto padding = scheme.padding == certs::Padding::pss ? "RSASSA-PSS-" : "RSASSA-PKCS1-v1_5-";
    switch (scheme.hash) {
    case certs::Hash::sha256: return std::string{padding} + "SHA256";
    case certs::Hash::sha384: return std::string{padding} + "SHA384";
    case certs::Hash::sha512: return std::string{padding} + "SHA512";
    case certs::Hash::sha1: return std::string{padding} + "SHA1";
    }
    return padding;
}

std::optional<Proof> verify_x509(const VerificationRules& rules, custody::WebhookCertificates& certificates,
                                 const web::Request& request)
{
    const halo::SignatureText found = halo::find_signature(request.head.headers.fields(), rules.header, {});
    if (found.problem != halo::HeaderProblem::none) return {};
    auto signer = certificates.verify({found.text, request.body, timestamp_of(rules, request)});
    if (!signer) return {};
    return Proof{std::move(signer), found.text, algorithm_of(rules.scheme)};
}

std::optional<Proof> verify_hmac(const VerificationRules& rules, const web::Request& request)
{
    const auto found = halo::find_signature(request.head.headers.fields(), rules.header, rules.scheme.prefix);
    if (found.problem != halo::HeaderProblem::none || rules.hmac_secret.empty()) return {};
    if (!certs::hmac_matches(rules.hmac_secret, found.text, request.body)) return {};
    return Proof{{}, found.text, "HMAC-SHA256"};
}

std::optional<Proof> verify_basic(const VerificationRules& rules, const web::Request& request)
{
    const std::string* value = request.head.headers.find("Authorization");
    if (!value || request.head.headers.count("Authorization") > 1 || rules.basic_password.empty()) return {};
    if (!certs::basic_matches({rules.basic_user, rules.basic_password}, *value)) return {};
    return Proof{};
}

// ---- explaining ----

struct Text {
    std::string code;
    std::string text;
    json::object args;
};

json::object message(Text text)
{
    json::object object;
    object["code"] = std::move(text.code);
    object["text"] = std::move(text.text);
    object["args"] = std::move(text.args);
    return object;
}

// The hints of certs/, in the admin API's words; what its main code says already needs no hint.
std::optional<Text> hint_text(const certs::Hint& hint)
{
    using certs::HintCode;
    switch (hint.code) {
    case HintCode::verifies_without_bom:
        return Text{"hint_bom", "It verifies without the byte order mark", {}};
    case HintCode::sha1_needs_setting:
        return Text{"hint_sha1", "It is signed with SHA-1, which is allowed only by setting", {}};
    case HintCode::verifies_with_settings:
        return Text{
            "hint_scheme", "It verifies with " + hint.detail + ": start “Learn”", {{"found", hint.detail}}};
    case HintCode::certificate_not_accepted:
        return Text{"hint_retired_certificate",
                    "It was signed by a certificate that is not accepted: " + hint.detail,
                    {{"thumbprint", hint.detail}}};
    case HintCode::wrong_length: return Text{"hint_length", "Its length is wrong: " + hint.detail, {}};
    case HintCode::other_bytes_signed:
    case HintCode::unknown_signer:
        return Text{"hint_changed_body",
                    "If it did come from HaloPSA, something on the way changed the body, or HaloPSA holds "
                    "another certificate",
                    {}};
    case HintCode::prefix_missing:
    case HintCode::not_in_encoding:
    case HintCode::header_missing:
    case HintCode::header_empty:
    case HintCode::no_certificate: break;
    }
    return {};
}

Text x509_verdict(const VerificationRules& rules, const certs::SignatureExplanation& found)
{
    if (!found.header_found)
        return {"signature_missing", "There is no header " + rules.header, {{"header", rules.header}}};
    if (found.tried.empty()) return {"no_certificate", "There is no certificate to verify with", {}};
    if (found.signature_length == 0) {
        const std::string encoding{certs::to_string(rules.scheme.encoding)};
        return {"signature_malformed",
                "The header " + rules.header + " is not " + encoding,
                {{"header", rules.header}, {"encoding", encoding}}};
    }
    const auto count = std::to_string(found.tried.size());
    return {"signature_wrong",
            "No accepted certificate made this signature for these bytes (tried: " + count + ")",
            {{"count", found.tried.size()}}};
}

Text other_verdict(const VerificationRules& rules, const web::Request& request)
{
    if (rules.mode == AuthMode::hmac) {
        if (request.head.headers.find(rules.header))
            return {"hmac_wrong", "The HMAC does not fit these bytes", {}};
        return {"hmac_missing", "There is no header " + rules.header, {{"header", rules.header}}};
    }
    if (request.head.headers.find("Authorization"))
        return {"basic_wrong", "User name or password is wrong", {}};
    return {"basic_missing", "There is no Authorization header", {}};
}

// The header that the proof stands in.
std::string_view proof_header(const VerificationRules& rules)
{
    return rules.mode == AuthMode::basic ? std::string_view{"Authorization"} : std::string_view{rules.header};
}

json::object scheme_json(const VerificationRules& rules)
{
    json::object scheme;
    scheme["header"] = rules.header;
    scheme["hash"] = certs::to_string(rules.scheme.hash);
    scheme["padding"] = certs::to_string(rules.scheme.padding);
    scheme["encoding"] = certs::to_string(rules.scheme.encoding);
    scheme["prefix"] = rules.scheme.prefix;
    scheme["bytes"] = certs::to_string(rules.scheme.bytes);
    return scheme;
}

std::vector<certs::KnownCertificate> known_certificates(const std::vector<custody::KnownKey>& keys)
{
    std::vector<certs::KnownCertificate> known;
    for (const auto& key : keys) known.push_back({key.key, key.thumbprint, key.state, key.accepted});
    return known;
}

certs::SignatureExplanation look_at(const VerificationRules& rules,
                                    const std::vector<custody::KnownKey>& keys, const web::Request& request)
{
    certs::RefusedMessage refused;
    if (const std::string* value = request.head.headers.find(proof_header(rules))) refused.signature = *value;
    refused.body = request.body;
    refused.timestamp = timestamp_of(rules, request);
    return certs::explain(rules.scheme, refused, known_certificates(keys));
}

json::array tried_json(const std::vector<custody::KnownKey>& keys)
{
    json::array tried;
    for (const auto& key : keys) {
        if (!key.accepted) continue;
        tried.push_back(json::object{{"certificate_id", key.certificate_id},
                                     {"thumbprint", key.thumbprint},
                                     {"state", certs::to_string(key.state)},
                                     {"matched", false}});
    }
    return tried;
}

std::string_view name_of(AuthMode mode)
{
    switch (mode) {
    case AuthMode::x509: return "x509";
    case AuthMode::hmac: return "hmac";
    case AuthMode::basic: break;
    }
    return "basic";
}

json::object header_json(const VerificationRules& rules, const certs::SignatureExplanation& found)
{
    json::object header;
    header["name"] = proof_header(rules);
    header["found"] = found.header_found;
    header["length"] = found.header_length;
    const bool known = found.alphabet == "base64" || found.alphabet == "base64url" ||
                       found.alphabet == "hex" || found.alphabet == "other";
    if (known)
        header["alphabet"] = found.alphabet;
    else
        header["alphabet"] = nullptr;
    return header;
}

} // namespace

VerificationRules verification_rules(const config::Settings& settings)
{
    using config::Key;
    VerificationRules rules;
    if (settings.is(Key::webhook_auth, "hmac")) rules.mode = AuthMode::hmac;
    if (settings.is(Key::webhook_auth, "basic")) rules.mode = AuthMode::basic;
    rules.header = settings.text(Key::webhook_signature_header);
    certs::SignatureScheme& scheme = rules.scheme;
    scheme.hash = certs::hash_from(settings.text(Key::webhook_hash)).value_or(scheme.hash);
    scheme.padding = certs::padding_from(settings.text(Key::webhook_padding)).value_or(scheme.padding);
    scheme.encoding = certs::encoding_from(settings.text(Key::webhook_encoding)).value_or(scheme.encoding);
    scheme.bytes = certs::signed_bytes_from(settings.text(Key::webhook_bytes)).value_or(scheme.bytes);
    scheme.prefix = settings.text(Key::webhook_prefix);
    rules.hmac_secret = settings.secret(Key::webhook_hmac_secret);
    rules.basic_user = settings.text(Key::webhook_basic_user);
    rules.basic_password = settings.secret(Key::webhook_basic_password);
    return rules;
}

std::optional<Proof> verify(const VerificationRules& rules, custody::WebhookCertificates& certificates,
                            const web::Request& request)
{
    switch (rules.mode) {
    case AuthMode::x509: return verify_x509(rules, certificates, request);
    case AuthMode::hmac: return verify_hmac(rules, request);
    case AuthMode::basic: break;
    }
    return verify_basic(rules, request);
}

Explanation explain(const VerificationRules& rules, const std::vector<custody::KnownKey>& keys,
                    const web::Request& request, std::string_view code)
{
    const certs::SignatureExplanation found = look_at(rules, keys, request);
    const bool x509 = rules.mode == AuthMode::x509;
    Text verdict = x509 ? x509_verdict(rules, found) : other_verdict(rules, request);
    if (code == "too_old") verdict = {"too_old", "The body's own time is older than webhook.max_age", {}};

    Explanation explanation;
    explanation.code = verdict.code;
    json::object account = message(std::move(verdict));
    account["result"] = "failed";
    account["method"] = name_of(rules.mode);
    account["header"] = header_json(rules, found);
    account["body_sha256"] = found.body_sha256;
    account["thumbprint"] = nullptr;
    account["scheme"] = nullptr;
    if (rules.mode != AuthMode::basic) account["scheme"] = scheme_json(rules);
    account["tried"] = x509 ? tried_json(keys) : json::array{};
    json::array hints;
    if (x509)
        for (const certs::Hint& hint : found.hints)
            if (auto text = hint_text(hint)) hints.push_back(message(std::move(*text)));
    account["hints"] = std::move(hints);
    explanation.json = json::serialize(account);
    return explanation;
}

} // namespace mizo::intake
