#pragma once

#include "tests/loopback/peer.hpp"

#include <cstdint>

namespace mizo::tests {

// A frame as it came from a client, unmasked.
struct Frame {
    int opcode = -1; // -1: the connection ended
    bool fin = false;
    bool masked = false;
    std::string payload;

    // Of a close frame; 1005 where it has none.
    int close_code() const;
};

// A frame of a server, written out; `first` is its first byte (0x81: a whole text).
std::string frame(std::uint8_t first, const std::string& payload);
std::string close_frame(int code, const std::string& reason = {});

// Reads the request of an upgrade.
asio::awaitable<std::string> read_request(std::shared_ptr<Peer> peer);
// The answer that opens the WebSocket asked for.
std::string upgrade_answer(const std::string& request, const std::string& protocol = "mizo-link.v1");
// Both.
asio::awaitable<std::string> accept_upgrade(std::shared_ptr<Peer> peer);
asio::awaitable<Frame> read_frame(std::shared_ptr<Peer> peer);

} // namespace mizo::tests
