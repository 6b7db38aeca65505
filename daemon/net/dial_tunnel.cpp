#include "daemon/net/dial_tunnel.hpp"

#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>

namespace mizo::net {

namespace {

using base::Errc;

constexpr std::size_t head_max = 16 * 1024;
constexpr int proxy_authentication_required = 407;

Fault proxy_fault(const Proxy& proxy, Errc kind, std::string reason)
{
    Message::Args args{{"proxy", proxy.shown()}, {"reason", std::move(reason)}};
    return Fault{kind, make_message("link_proxy_failed", std::move(args))}.advise(
        make_message("advice_proxy"));
}

base::Secret connect_request(const Route& route)
{
    const auto& url = route.url;
    const std::string name = url.host.find(':') == url.host.npos ? url.host : "[" + url.host + "]";
    const std::string target = name + ":" + std::to_string(url.port);
    std::string text = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n";
    if (!route.proxy->authorization.empty()) {
        text += "Proxy-Authorization: ";
        text += route.proxy->authorization.reveal();
        text += "\r\n";
    }
    return base::Secret{text + "\r\n"};
}

} // namespace

int status_of_head(std::string_view head)
{
    // "HTTP/1.1 200", then a blank or the line's end.
    constexpr std::size_t code_at = 9;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (head.size() < code_at + 4 || !head.starts_with("HTTP/1.") || !is_digit(head[7]) || head[8] != ' ')
        return 0;
    const auto code = head.substr(code_at, 3);
    const char after = head[code_at + 3];
    if (!std::all_of(code.begin(), code.end(), is_digit) || (after != ' ' && after != '\r')) return 0;
    const int status = (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0');
    return status >= 100 ? status : 0;
}

asio::awaitable<std::optional<Fault>> open_tunnel(asio::ip::tcp::socket& socket, const Route& route,
                                                  Trace& trace)
{
    const auto& proxy = *route.proxy;
    boost::system::error_code failed;
    const auto request = connect_request(route);
    const auto bytes = asio::buffer(request.reveal());
    co_await asio::async_write(socket, bytes, asio::redirect_error(asio::use_awaitable, failed));
    std::string answer;
    std::size_t head_size = 0;
    if (!failed) {
        auto room = asio::dynamic_buffer(answer, head_max);
        head_size = co_await asio::async_read_until(socket, room, "\r\n\r\n",
                                                    asio::redirect_error(asio::use_awaitable, failed));
    }
    if (failed == asio::error::eof)
        co_return proxy_fault(proxy, Errc::unreachable, "it closed the connection without an answer");
    if (failed == asio::error::not_found)
        co_return proxy_fault(proxy, Errc::malformed, "its answer has no end");
    if (failed) co_return proxy_fault(proxy, Errc::unreachable, failed.message());
    const int status = status_of_head(std::string_view{answer}.substr(0, head_size));
    if (status == 0) co_return proxy_fault(proxy, Errc::malformed, "its answer is not HTTP");
    if (status == proxy_authentication_required) {
        trace.http_status = status;
        Message::Args args{{"proxy", proxy.shown()}};
        co_return Fault{Errc::unauthorised, make_message("link_proxy_auth", std::move(args))}.advise(
            make_message("advice_proxy"));
    }
    if (status < 200 || status > 299) {
        trace.http_status = status;
        co_return proxy_fault(proxy, Errc::refused, "it answered " + std::to_string(status));
    }
    // A TLS server waits for us to speak: more bytes here are not its own.
    if (answer.size() > head_size) co_return proxy_fault(proxy, Errc::malformed, "it spoke into the tunnel");
    co_return std::nullopt;
}

} // namespace mizo::net
