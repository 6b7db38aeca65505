#pragma once

#include "daemon/net/server.hpp"
#include "tests/loopback/peer.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// A listener under test, and clients that say exactly what a test wants said.
namespace mizo::tests {

using namespace std::chrono_literals;

// What stands behind the listener; records what reached it.
class FakeHandler final : public net::RequestHandler {
public:
    net::Admission admit(const web::RequestHead& head) override
    {
        admitted.push_back(head.path);
        net::Admission admission;
        admission.body_max = body_max;
        if (head.path == "/refused") admission.refusal = web::empty_response(404);
        return admission;
    }
    asio::awaitable<web::Response> handle(web::Request request) override
    {
        requests.push_back(request);
        web::Response response = co_await respond(std::move(request));
        co_return response;
    }
    web::Response refuse(int status, std::string_view) override
    {
        refused.push_back(status);
        return web::text_response(status, "refused");
    }

    std::size_t body_max = 1000;
    std::vector<std::string> admitted;
    std::vector<web::Request> requests;
    std::vector<int> refused;
    // Says the body back unless a test says otherwise.
    std::function<asio::awaitable<web::Response>(web::Request)> respond =
        [](web::Request request) -> asio::awaitable<web::Response> {
        web::Response response =
            web::text_response(200, request.head.method + " " + request.head.target + " " + request.body);
        co_return response;
    };
};

// A body that is said by the test: pieces are handed out in order, then nothing until there are more.
class FakeSource final : public web::BodySource {
public:
    explicit FakeSource(bool& ended) : ended_{ended} {}
    ~FakeSource() override { ended_ = true; }
    void next(Deliver deliver) override
    {
        deliver_ = std::move(deliver);
        hand_out();
    }
    void say(std::optional<std::string> piece)
    {
        pieces_.push_back(std::move(piece));
        hand_out();
    }
    bool awaited() const { return deliver_ != nullptr; }

private:
    void hand_out()
    {
        if (!deliver_ || pieces_.empty()) return;
        auto piece = std::move(pieces_.front());
        pieces_.erase(pieces_.begin());
        std::exchange(deliver_, nullptr)(std::move(piece));
    }

    bool& ended_;
    Deliver deliver_;
    std::vector<std::optional<std::string>> pieces_;
};

class Client {
public:
    // Connects from another address of 127/8 where one is given.
    static asio::awaitable<Client> connect(Loop& loop, std::uint16_t port, std::string from = {})
    {
        tcp::socket socket{loop.executor(), tcp::v4()};
        if (!from.empty()) socket.bind({asio::ip::make_address(from), 0});
        const tcp::endpoint server{asio::ip::address_v4::loopback(), port};
        co_await socket.async_connect(server, asio::use_awaitable);
        Client client{std::move(socket)};
        co_return client;
    }
    asio::awaitable<bool> secure(net::TlsContext context)
    {
        context_ = std::move(context);
        tls_ = std::make_unique<asio::ssl::stream<tcp::socket>>(std::move(socket_), *context_);
        // SSL_set_tlsext_host_name is a macro with a cast of the old style in it.
        std::string name = "cloud.example";
        SSL_ctrl(tls_->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
        boost::system::error_code failed;
        co_await tls_->async_handshake(asio::ssl::stream_base::client,
                                       asio::redirect_error(asio::use_awaitable, failed));
        co_return !failed;
    }

    // False where the other side is gone.
    asio::awaitable<bool> write(std::string bytes)
    {
        boost::system::error_code failed;
        const auto data = asio::buffer(bytes);
        if (tls_)
            co_await asio::async_write(*tls_, data, asio::redirect_error(asio::use_awaitable, failed));
        else
            co_await asio::async_write(socket_, data, asio::redirect_error(asio::use_awaitable, failed));
        co_return !failed;
    }
    // Up to and with the mark, or what came before the end.
    asio::awaitable<std::string> read_until(std::string mark)
    {
        bool open = true;
        while (open && read_.find(mark) == std::string::npos) open = co_await read_some();
        const auto at = read_.find(mark);
        std::string taken = read_.substr(0, at == std::string::npos ? at : at + mark.size());
        read_.erase(0, taken.size());
        co_return taken;
    }
    // A whole answer of a known length: head and body.
    asio::awaitable<std::string> read_answer()
    {
        std::string answer = co_await read_until("\r\n\r\n");
        const auto at = answer.find("Content-Length: ");
        const std::size_t length = at == std::string::npos ? 0 : std::stoul(answer.substr(at + 16));
        bool open = true;
        while (open && read_.size() < length) open = co_await read_some();
        answer += read_.substr(0, length);
        read_.erase(0, length);
        co_return answer;
    }
    // Everything until the end of the connection; a reset is marked by "RESET" at the end.
    asio::awaitable<std::string> read_all()
    {
        bool open = true;
        while (open) open = co_await read_some();
        std::string all = std::exchange(read_, {});
        if (reset_) all += "RESET";
        co_return all;
    }
    asio::awaitable<std::string> ask(std::string request)
    {
        co_await write(std::move(request));
        std::string answer = co_await read_answer();
        co_return answer;
    }
    void close() { socket().close(); }
    tcp::socket& socket() { return tls_ ? tls_->next_layer() : socket_; }

private:
    explicit Client(tcp::socket socket) : socket_{std::move(socket)} {}

    asio::awaitable<bool> read_some()
    {
        std::array<char, 16 * 1024> room{};
        const auto buffer = asio::buffer(room);
        boost::system::error_code failed;
        std::size_t count = 0;
        if (tls_)
            count = co_await tls_->async_read_some(buffer, asio::redirect_error(asio::use_awaitable, failed));
        else
            count =
                co_await socket_.async_read_some(buffer, asio::redirect_error(asio::use_awaitable, failed));
        read_.append(room.data(), count);
        reset_ = failed == asio::error::connection_reset;
        co_return !failed;
    }

    tcp::socket socket_;
    net::TlsContext context_;
    std::unique_ptr<asio::ssl::stream<tcp::socket>> tls_;
    std::string read_;
    bool reset_ = false;
};

// A listener on a free port, with limits that are over soon.
class ServerRig {
public:
    explicit ServerRig(const std::function<void(net::ServerOptions&)>& change = {})
    {
        net::ServerOptions options;
        options.name = "test";
        options.address = "127.0.0.1";
        options.limits.sweep_every = 5ms;
        if (change) change(options);
        server = std::make_unique<net::Server>(loop.executor(), std::move(options), handler,
                                               base::Logger{log, "server"});
        server->start();
    }

    // Runs the test, then stops the listener.
    void run(std::function<asio::awaitable<void>()> test) { loop.run(run_and_stop(std::move(test))); }
    asio::awaitable<Client> client(std::string from = {})
    {
        return Client::connect(loop, server->port(), std::move(from));
    }
    // Until something on this loop has come about.
    asio::awaitable<void> until(std::function<bool()> holds)
    {
        asio::steady_timer pause{loop.executor()};
        while (!holds()) {
            pause.expires_after(1ms);
            co_await pause.async_wait(asio::use_awaitable);
        }
    }
    // What the listener had to say above debug.
    std::vector<std::string> complaints() const
    {
        std::vector<std::string> texts;
        for (const auto& line : log.recent(100))
            if (line.level >= base::Level::warning) texts.push_back(line.text);
        return texts;
    }

    Loop loop;
    base::SystemClock clock;
    base::Log log{clock};
    FakeHandler handler;
    std::unique_ptr<net::Server> server;

private:
    asio::awaitable<void> run_and_stop(std::function<asio::awaitable<void>()> test)
    {
        std::exception_ptr failure;
        try {
            co_await test();
        } catch (...) {
            failure = std::current_exception();
        }
        co_await server->stop(0ms);
        if (failure) std::rethrow_exception(failure);
    }
};

inline std::string get(const std::string& target = "/", const std::string& fields = "")
{
    return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

inline std::string post(const std::string& body, const std::string& fields = "")
{
    return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + fields +
           "\r\n" + body;
}

} // namespace mizo::tests
