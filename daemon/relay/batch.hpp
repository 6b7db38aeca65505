#pragma once

#include "daemon/relay/wire.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

// What a request and a response of the fallback (docs/link-protocol.md, "HTTPS batches") are made of. Pure.
namespace mizo::relay {

// Frames that wait to go up, and those of the request under way: they are kept until it has been answered.
class BatchQueue {
public:
    // Of frames in one request, unless one alone is larger.
    static constexpr std::size_t bytes_max = 1024 * 1024;

    void push(std::string frame);
    bool empty() const { return frames_.empty(); }
    // Of all that has not been answered yet.
    std::size_t bytes() const { return bytes_; }

    // The body of the next request: the hello, and as many frames as fit, one at least.
    std::string take(std::string_view hello);
    // The request was answered: what it carried is forgotten.
    void answered();
    // The request was refused as too large: it goes again in smaller ones. False where it was one frame
    // alone.
    bool split();
    void clear();

private:
    std::deque<std::string> frames_;
    std::size_t bytes_ = 0;
    std::size_t taken_ = 0; // of frames_, by the request under way
    std::size_t taken_bytes_ = 0;
    std::size_t limit_ = bytes_max;
};

// Cuts the pieces of a response into its lines.
class LineCutter {
public:
    explicit LineCutter(std::size_t line_max) : line_max_{line_max} {}

    // Adds the whole lines to `out`; false where one is longer than the limit.
    bool feed(std::string_view piece, std::deque<std::string>& out);
    // The response has ended: its last line may lack its end.
    void finish(std::deque<std::string>& out);

private:
    static void add(std::string line, std::deque<std::string>& out);

    std::size_t line_max_;
    std::string rest_;
};

// An answer that is none of frames.
struct BatchRefusal {
    int status = 0;
    bool is_page = false; // HTML: of a box in between
    std::optional<std::chrono::milliseconds> retry_after;
    std::string body;
};
// The bye that the cloud would have said; empty where it was not the cloud, or says nothing of the link.
std::optional<Bye> bye_of(const BatchRefusal& refusal);

// "https://HOST/link/v1/batch" of "wss://HOST/link/v1/connect".
std::string batch_url(std::string_view connect_url);

} // namespace mizo::relay
