#pragma once

#include "daemon/net/tls.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <string>
#include <utility>

namespace mizo::net {

namespace asio = boost::asio;

// A connection to a server, plain or with TLS: the one stream type for everything above, so that those are
// compiled once. It buffers what is written, and while it is corked it holds small writes back, so that many
// messages leave in one TLS record and one system call. Single-threaded.
class OutboundStream {
public:
    using executor_type = asio::any_io_executor;
    using Completed = void(boost::system::error_code, std::size_t);

    explicit OutboundStream(asio::ip::tcp::socket socket);
    OutboundStream(const OutboundStream&) = delete;
    OutboundStream& operator=(const OutboundStream&) = delete;
    // Aborts; waits in hand end with an error.
    ~OutboundStream();

    executor_type get_executor() const { return executor_; }
    asio::ip::tcp::socket& socket();

    // Makes it a TLS connection as a client, yet to be opened by handshake(): with SNI (for a name), and
    // verification for `host`.
    void begin_tls(TlsContext tls, const std::string& host);
    asio::awaitable<boost::system::error_code> handshake();
    // The TLS connection, null where it is plain.
    SSL* tls_handle();

    // Closes the connection at once, from any state.
    void abort();

    // While corked, writes complete at once until 64 KiB are held. Uncorking sends what is held.
    void cork();
    void uncork();
    // Bytes taken and not yet given to the system.
    std::size_t unwritten() const;

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token)
    {
        auto initiate = [this](auto handler, asio::mutable_buffer room) {
            start_read(room, erase(std::move(handler)));
        };
        return asio::async_initiate<Token, Completed>(std::move(initiate), token,
                                                      first_of<asio::mutable_buffer>(buffers));
    }

    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token)
    {
        auto initiate = [this](auto handler, const Buffers& bytes) {
            std::size_t taken = 0;
            const auto end = asio::buffer_sequence_end(bytes);
            for (auto at = asio::buffer_sequence_begin(bytes); at != end; ++at)
                taken += take(asio::const_buffer{*at});
            start_write(taken, erase(std::move(handler)));
        };
        return asio::async_initiate<Token, Completed>(std::move(initiate), token, buffers);
    }

    // The end of an operation, whatever its handler's type.
    class Completion {
    public:
        virtual ~Completion() = default;
        virtual void complete(boost::system::error_code error, std::size_t count) = 0;
        virtual asio::cancellation_slot slot() const = 0;
    };

private:
    struct State;

    template <class Handler>
    class ErasedCompletion final : public Completion {
    public:
        ErasedCompletion(Handler handler, const executor_type& fallback)
            : handler_{std::move(handler)}, executor_{asio::get_associated_executor(handler_, fallback)}
        {}
        void complete(boost::system::error_code error, std::size_t count) override
        {
            auto call = [handler = std::move(handler_), error, count]() mutable {
                std::move(handler)(error, count);
            };
            asio::dispatch(executor_, std::move(call));
        }
        asio::cancellation_slot slot() const override
        {
            return asio::get_associated_cancellation_slot(handler_);
        }

    private:
        Handler handler_;
        executor_type executor_;
    };

    template <class Handler>
    std::unique_ptr<Completion> erase(Handler handler)
    {
        return std::make_unique<ErasedCompletion<Handler>>(std::move(handler), executor_);
    }
    // Reading into the first buffer that has room is all that a read_some promises.
    template <class Buffer, class Buffers>
    static Buffer first_of(const Buffers& buffers)
    {
        const auto end = asio::buffer_sequence_end(buffers);
        for (auto at = asio::buffer_sequence_begin(buffers); at != end; ++at) {
            const Buffer buffer{*at};
            if (buffer.size() > 0) return buffer;
        }
        return Buffer{};
    }

    std::size_t take(asio::const_buffer bytes);
    void start_read(asio::mutable_buffer room, std::unique_ptr<Completion> completion);
    void start_write(std::size_t taken, std::unique_ptr<Completion> completion);

    executor_type executor_;
    std::shared_ptr<State> state_;
};

} // namespace mizo::net
