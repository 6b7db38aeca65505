#include "daemon/web/message.hpp"

#include "daemon/web/json_text.hpp"

#include <algorithm>
#include <array>

namespace mizo::web {

namespace {

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr std::array<std::pair<int, std::string_view>, 27> reasons{{{200, "OK"},
                                                                    {201, "Created"},
                                                                    {202, "Accepted"},
                                                                    {204, "No Content"},
                                                                    {304, "Not Modified"},
                                                                    {400, "Bad Request"},
                                                                    {401, "Unauthorized"},
                                                                    {403, "Forbidden"},
                                                                    {404, "Not Found"},
                                                                    {405, "Method Not Allowed"},
                                                                    {408, "Request Timeout"},
                                                                    {409, "Conflict"},
                                                                    {410, "Gone"},
                                                                    {411, "Length Required"},
                                                                    {413, "Content Too Large"},
                                                                    {414, "URI Too Long"},
                                                                    {415, "Unsupported Media Type"},
                                                                    {417, "Expectation Failed"},
                                                                    {421, "Misdirected Request"},
                                                                    {422, "Unprocessable Content"},
                                                                    {429, "Too Many Requests"},
                                                                    {431, "Request Header Fields Too Large"},
                                                                    {500, "Internal Server Error"},
                                                                    {502, "Bad Gateway"},
                                                                    {503, "Service Unavailable"},
                                                                    {504, "Gateway Timeout"},
                                                                    {505, "HTTP Version Not Supported"}}};

} // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

const std::string* Headers::find(std::string_view name) const
{
    for (const auto& field : fields_)
        if (equals_ignoring_case(field.first, name)) return &field.second;
    return nullptr;
}

std::size_t Headers::count(std::string_view name) const
{
    return static_cast<std::size_t>(std::count_if(
        begin(), end(), [&](const Field& field) { return equals_ignoring_case(field.first, name); }));
}

Response empty_response(int status)
{
    Response response;
    response.status = status;
    return response;
}

Response text_response(int status, std::string text)
{
    Response response;
    response.status = status;
    response.headers.add("Content-Type", "text/plain; charset=utf-8");
    response.body = std::move(text);
    return response;
}

Response json_response(int status, std::string json)
{
    Response response;
    response.status = status;
    response.headers.add("Content-Type", "application/json");
    response.body = std::move(json);
    return response;
}

Response problem(int status, std::string_view code, std::string_view text)
{
    Response response;
    response.status = status;
    response.headers.add("Content-Type", "application/problem+json");
    response.body = "{\"type\":\"about:blank\",\"title\":" + json_quoted(reason_phrase(status)) +
                    ",\"status\":" + std::to_string(status) + ",\"code\":" + json_quoted(code) +
                    ",\"detail\":" + json_quoted(text) + "}";
    return response;
}

std::string_view reason_phrase(int status)
{
    for (const auto& [code, phrase] : reasons)
        if (code == status) return phrase;
    return "";
}

std::string serialize_head(const Response& response, bool keep_alive, bool body_allowed)
{
    std::string head = "HTTP/1.1 " + std::to_string(response.status) + ' ';
    head += reason_phrase(response.status);
    head += "\r\n";
    for (const auto& [name, value] : response.headers) {
        head += name;
        head += ": ";
        head += value;
        head += "\r\n";
    }
    if (response.source)
        head += "Transfer-Encoding: chunked\r\n";
    else if (body_allowed)
        head += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
    if (!keep_alive) head += "Connection: close\r\n";
    return head + "\r\n";
}

} // namespace mizo::web
