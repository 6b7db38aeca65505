#pragma once

#include "daemon/net/outbound_stream.hpp"

#include <boost/asio/ssl/stream.hpp>

#include <optional>
#include <vector>

namespace mizo::net {

// The inside of an OutboundStream; operations in hand keep it alive.
struct OutboundStream::State : std::enable_shared_from_this<OutboundStream::State> {
    using Plain = asio::ip::tcp::socket;
    using Tls = asio::ssl::stream<Plain&>;

    // A write that waits until its bytes have been given to the system.
    struct Waiting {
        std::unique_ptr<Completion> completion;
        std::size_t taken = 0;
    };

    explicit State(Plain connected) : socket{std::move(connected)} {}

    void abort();
    void flush();
    void flushed(boost::system::error_code error);
    void wait_for_flush(Waiting write);
    static void complete(std::vector<Waiting>& writes, boost::system::error_code error);

    Plain socket;
    TlsContext context;
    std::optional<Tls> tls;

    bool corked = false;
    bool writing = false;
    boost::system::error_code failed; // of the first write that failed; later ones end with it
    std::string pending;              // taken, not yet being written
    std::string in_hand;              // being written
    std::vector<Waiting> waiting;     // for `pending`
    std::vector<Waiting> waiting_in_hand;
};

} // namespace mizo::net
