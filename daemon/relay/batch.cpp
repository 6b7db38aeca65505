#include "daemon/relay/batch.hpp"

#include "daemon/relay/session_closing.hpp"

#include <algorithm>

namespace mizo::relay {

namespace {

constexpr std::string_view connect_end = "/connect";

int close_code_of(int status)
{
    switch (status) {
    case 400: return close_code::protocol_error;
    case 401: return close_code::key_refused;
    case 403: return close_code::disabled;
    case 409: return close_code::superseded;
    case 413: return close_code::message_too_large;
    case 426: return close_code::version_not_served;
    case 429:
    case 503: return close_code::overloaded;
    default: return 0;
    }
}

} // namespace

void BatchQueue::push(std::string frame)
{
    bytes_ += frame.size();
    frames_.push_back(std::move(frame));
}

std::string BatchQueue::take(std::string_view hello)
{
    taken_ = taken_bytes_ = 0;
    for (const std::string& frame : frames_) {
        if (taken_ > 0 && taken_bytes_ + frame.size() > limit_) break;
        taken_bytes_ += frame.size();
        ++taken_;
    }
    std::string body;
    body.reserve(hello.size() + taken_bytes_ + taken_ + 1);
    body.append(hello).push_back('\n');
    for (std::size_t at = 0; at < taken_; ++at) body.append(frames_[at]).push_back('\n');
    return body;
}

void BatchQueue::answered()
{
    frames_.erase(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(taken_));
    bytes_ -= taken_bytes_;
    taken_ = taken_bytes_ = 0;
}

bool BatchQueue::split()
{
    if (taken_ < 2) return false;
    limit_ = taken_bytes_ / 2;
    return true;
}

void BatchQueue::clear()
{
    frames_.clear();
    bytes_ = taken_ = taken_bytes_ = 0;
}

bool LineCutter::feed(std::string_view piece, std::deque<std::string>& out)
{
    while (!piece.empty()) {
        const auto end = piece.find('\n');
        const auto part = piece.substr(0, end);
        if (rest_.size() + part.size() > line_max_) return false;
        rest_.append(part);
        if (end == piece.npos) return true;
        add(std::exchange(rest_, {}), out);
        piece.remove_prefix(end + 1);
    }
    return true;
}

void LineCutter::finish(std::deque<std::string>& out)
{
    add(std::exchange(rest_, {}), out);
}

void LineCutter::add(std::string line, std::deque<std::string>& out)
{
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) out.push_back(std::move(line));
}

std::optional<Bye> bye_of(const BatchRefusal& refusal)
{
    if (refusal.is_page) return {};
    std::optional<Bye> said;
    if (const auto frame = decode(refusal.body.substr(0, refusal.body.find('\n'))))
        if (const auto* bye = std::get_if<Bye>(&*frame)) said = *bye;
    const int code = close_code_of(refusal.status);
    if (!said && code == 0) return {};
    if (!said) said = Bye{code, "HTTP " + std::to_string(refusal.status), {}};
    if (!said->retry_ms && refusal.retry_after) said->retry_ms = refusal.retry_after->count();
    return said;
}

std::string batch_url(std::string_view connect_url)
{
    std::string url{connect_url};
    if (url.starts_with("ws")) url.replace(0, 2, "http");
    const auto path = url.find('/', url.find("//") + 2);
    if (url.ends_with(connect_end))
        url.resize(url.size() - connect_end.size());
    else
        url = url.substr(0, path) + "/link/v1";
    return url + "/batch";
}

} // namespace mizo::relay
