#include "daemon/config/problem.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <stdexcept>

namespace mizo::config {

const std::vector<ProblemText>& problem_texts()
{
    static const std::vector<ProblemText> texts{
        {"value_type", "Must be {expected}"},
        {"value_range", "Must lie between {min} and {max}"},
        {"value_choice", "Must be one of {choices}"},
        {"value_url", "Must be an https address (http only to this machine), without user name or fragment"},
        {"value_address", "Must be an address and a port, such as 0.0.0.0:8471"},
        {"value_unknown", "There is no such setting"},
        {"value_locked", "Pinned by {origin}"},
        {"value_too_long", "At most {max} characters"},
        {"value_header_name", "Must be an HTTP header name"},
        {"value_needs_tls", "Anything but a loopback address needs TLS"},
        {"value_required", "Needed, since {key} is {value}"},
        {"value_secret_place", "A secret must not stand in {origin}; enter it on the admin page, or put it "
                               "into the configuration file"},
        {"value_twice", "Set twice in the same file"},
        {"file_syntax", "Not of the form: key = value"},
    };
    return texts;
}

Problem make_problem(std::string_view key, std::string_view code, boost::json::object args)
{
    const auto& texts = problem_texts();
    const auto found =
        std::find_if(texts.begin(), texts.end(), [&](const ProblemText& row) { return row.code == code; });
    if (found == texts.end()) throw std::logic_error{"no text for the code " + std::string{code}};

    std::string text{found->text};
    for (const auto& [name, value] : args) {
        const std::string mark = "{" + std::string{name} + "}";
        const auto at = text.find(mark);
        if (at == std::string::npos) continue;
        text.replace(at, mark.size(),
                     value.is_string() ? std::string{value.get_string()} : boost::json::serialize(value));
    }
    return {std::string{key}, std::string{code}, std::move(text), std::move(args)};
}

} // namespace mizo::config
