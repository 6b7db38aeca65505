#include "daemon/cli/api.hpp"

#include "daemon/cli/json_fields.hpp"
#include "daemon/cli/words.hpp"

#include <boost/json/parse.hpp>

namespace mizo::cli {

namespace {

json::object problem_of(const ApiAnswer& answer)
{
    boost::system::error_code not_json;
    const json::value document = json::parse(answer.body, not_json);
    return not_json ? json::object{} : as_object(document);
}

// Each refused value on a line of its own, beneath the sentence.
std::string errors_text(const json::object& problem)
{
    std::string text;
    for (const json::value& one : array_of(problem, "errors")) {
        const json::object& error = as_object(one);
        text += "\n  " + printable(text_of(error, "key") + ": " + text_of(error, "text"));
    }
    return text;
}

} // namespace

bool is_good(const ApiAnswer& answer)
{
    return answer.status >= 200 && answer.status <= 299;
}

std::string problem_code(const ApiAnswer& answer)
{
    return text_of(problem_of(answer), "code");
}

Stop refusal(const ApiAnswer& answer)
{
    const json::object problem = problem_of(answer);
    const std::string code = text_of(problem, "code");
    if (code.empty())
        return {Exit::failed,
                "what answered is no Mizo Relay (HTTP status " + std::to_string(answer.status) + ")"};
    if (code == "signed_out")
        return {Exit::failed,
                "the daemon does not accept this admin.key: it belongs to another data directory; "
                "name the daemon's own with --data-dir (signed_out)"};
    std::string sentence = text_of(problem, "detail");
    if (sentence.empty()) sentence = text_of(problem, "title");
    // Beneath it stands each value with what is wrong with it.
    if (code == "settings_invalid" || code == "settings_locked") sentence = "nothing was changed";
    const bool wrong_usage = code == "bad_request" || code == "cursor_invalid" ||
                             code == "settings_invalid" || code == "certificate_invalid" ||
                             code == "link_url_invalid";
    return {wrong_usage ? Exit::usage : Exit::failed,
            printable(sentence) + " (" + printable(code) + ")" + errors_text(problem)};
}

std::string ask_text(Api& api, const ApiRequest& request)
{
    ApiAnswer answer = api.send(request);
    if (!is_good(answer)) throw refusal(answer);
    return std::move(answer.body);
}

json::object ask(Api& api, const ApiRequest& request)
{
    return parse_object(ask_text(api, request));
}

json::object parse_object(std::string_view text)
{
    boost::system::error_code not_json;
    const json::value document = json::parse(text, not_json);
    if (not_json || !document.is_object())
        throw Stop{Exit::failed, "the daemon's answer is not understood; is it of another version?"};
    return document.get_object();
}

Path& Path::with(std::string_view name, std::string_view value)
{
    if (value.empty()) return *this;
    text_ += first_ ? '?' : '&';
    first_ = false;
    text_ += std::string{name} + "=" + percent_encoded(value);
    return *this;
}

std::string percent_encoded(std::string_view text)
{
    static constexpr std::string_view digits = "0123456789ABCDEF";
    static constexpr std::string_view plain = "-._~";
    std::string out;
    for (const char c : text) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (letter || (c >= '0' && c <= '9') || plain.find(c) != std::string_view::npos) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
    return out;
}

} // namespace mizo::cli
