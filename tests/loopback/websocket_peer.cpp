#include "tests/loopback/websocket_peer.hpp"

#include <openssl/evp.h>

#include <array>

namespace mizo::tests {

namespace {

std::string accept_key(const std::string& request)
{
    const std::string field = "Sec-WebSocket-Key: ";
    const auto at = request.find(field) + field.size();
    const auto text = request.substr(at, 24) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, 20> digest{};
    EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha1(), nullptr);
    std::array<unsigned char, 29> encoded{};
    EVP_EncodeBlock(encoded.data(), digest.data(), digest.size());
    return {reinterpret_cast<const char*>(encoded.data()), 28};
}

std::uint64_t number_of(const std::string& bytes)
{
    std::uint64_t number = 0;
    for (const char byte : bytes) number = number << 8 | static_cast<std::uint8_t>(byte);
    return number;
}

std::string bytes_of(std::uint64_t number, int count)
{
    std::string bytes;
    for (int at = count - 1; at >= 0; --at) bytes += static_cast<char>(number >> (8 * at) & 0xFF);
    return bytes;
}

} // namespace

int Frame::close_code() const
{
    return payload.size() < 2 ? 1005 : static_cast<int>(number_of(payload.substr(0, 2)));
}

std::string frame(std::uint8_t first, const std::string& payload)
{
    std::string head(1, static_cast<char>(first));
    if (payload.size() < 126)
        head += bytes_of(payload.size(), 1);
    else if (payload.size() < 65'536)
        head += '\x7E' + bytes_of(payload.size(), 2);
    else
        head += '\x7F' + bytes_of(payload.size(), 8);
    return head + payload;
}

std::string close_frame(int code, const std::string& reason)
{
    return frame(0x88, bytes_of(static_cast<std::uint64_t>(code), 2) + reason);
}

asio::awaitable<std::string> read_request(std::shared_ptr<Peer> peer)
{
    return peer->read_until("\r\n\r\n");
}

std::string upgrade_answer(const std::string& request, const std::string& protocol)
{
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Accept: " +
           accept_key(request) + "\r\nSec-WebSocket-Protocol: " + protocol +
           "\r\nDate: Tue, 24 Nov 2026 10:00:00 GMT\r\n\r\n";
}

asio::awaitable<std::string> accept_upgrade(std::shared_ptr<Peer> peer)
{
    auto request = co_await read_request(peer);
    co_await peer->write(upgrade_answer(request));
    co_return request;
}

asio::awaitable<Frame> read_frame(std::shared_ptr<Peer> peer)
{
    Frame got;
    const auto head = co_await peer->read(2);
    if (head.size() < 2) co_return got;
    const auto second = static_cast<std::uint8_t>(head[1]);
    std::uint64_t size = second & 0x7F;
    if (size == 126) size = number_of(co_await peer->read(2));
    if (size == 127) size = number_of(co_await peer->read(8));
    got.masked = (second & 0x80) != 0;
    std::string mask;
    if (got.masked) mask = co_await peer->read(4);
    got.payload = co_await peer->read(size);
    if (got.payload.size() < size || (got.masked && mask.size() < 4)) co_return got;
    for (std::size_t at = 0; got.masked && at < size; ++at)
        got.payload[at] = static_cast<char>(got.payload[at] ^ mask[at % 4]);
    got.fin = (static_cast<std::uint8_t>(head[0]) & 0x80) != 0;
    got.opcode = static_cast<std::uint8_t>(head[0]) & 0x0F;
    co_return got;
}

} // namespace mizo::tests
