#pragma once

#include "daemon/net/dial.hpp"
#include "daemon/web/message.hpp"

#include <functional>
#include <string>

namespace mizo::net {

struct HttpRequest {
    Route route;
    std::string method = "GET";
    web::Headers headers; // Host, Connection, Accept-Encoding and Content-Length are added
    std::string body;
    std::size_t body_max = 1024 * 1024;             // of the answer; a larger one is an error
    std::chrono::milliseconds answer_limit{15'000}; // from the request's first byte to the answer's last
};

struct HttpAnswer {
    int status = 0;
    web::Headers headers;
    std::string body;
};

// Notes what the answer's head says.
void note_answer(Trace& trace, const HttpAnswer& answer);

// One request on a connection of its own; redirects are answers like any other. `request` and `trace` must
// outlive the call. Errors: those of dial; too_large "http_answer_too_large"; timeout "link_connect_timeout";
// malformed "cloud_answer_unexpected". Nothing of a body is ever in an error.
asio::awaitable<base::Result<HttpAnswer>> fetch(const HttpRequest& request, Trace& trace);

// A connection that carries one request after another, each once the answer before it has been read to its
// end. What it waits for is bounded by the limit given, and by the route's abort. Single-threaded; destroying
// it aborts.
class HttpConnection {
public:
    explicit HttpConnection(std::unique_ptr<OutboundStream> stream);
    ~HttpConnection();
    HttpConnection(const HttpConnection&) = delete;
    HttpConnection& operator=(const HttpConnection&) = delete;

    // Sends the request, and reads the head of its answer, whose body is empty here. `request` must live
    // until the body has been read. Errors: those of fetch, but for its dialling.
    asio::awaitable<base::Result<HttpAnswer>> ask(const HttpRequest& request);
    // The next piece of the body, within the limit; empty at its end. Errors: as ask.
    asio::awaitable<base::Result<std::string>> read(std::chrono::milliseconds limit);
    // Whether it may carry another request, as far as can be known: the server may have closed it meanwhile.
    bool is_sound() const;
    void abort();

private:
    struct State;
    std::unique_ptr<State> state_;
};

// Told of each piece of a body as it arrives; false ends the fetch.
using OnPiece = std::function<bool(std::string_view)>;

struct HttpStream {
    HttpRequest request; // its answer_limit is that of the answer's head; body_max does not apply
    std::chrono::milliseconds silence_limit{60'000}; // between two pieces
    OnPiece on_piece; // called for a 2xx only; another answer's body is read as by fetch
};

// As fetch, for a body without an end in sight (server-sent events). Ends when the body does, when on_piece
// says so, or when route.abort fires; the answer's own body is then empty.
asio::awaitable<base::Result<HttpAnswer>> fetch_stream(const HttpStream& stream, Trace& trace);

} // namespace mizo::net
