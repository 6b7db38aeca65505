#include "daemon/net/outbound_stream.hpp"

#include "daemon/net/outbound_state.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <openssl/x509v3.h>

#include <new>
#include <utility>

namespace mizo::net {

namespace {

using boost::system::error_code;

// Corked writes are held up to here; it is also the most that goes into one write.
constexpr std::size_t held_max = 64 * 1024;
// A larger buffer, left over from a large message, is given back.
constexpr std::size_t capacity_kept = 256 * 1024;

// RSA 2048 or P-256 and SHA-256 at least, whatever the system's OpenSSL is configured to.
constexpr int security_level = 2;

void prepare_verification(SSL* ssl, const std::string& host)
{
    SSL_set_security_level(ssl, security_level);
    error_code is_name;
    asio::ip::make_address(host, is_name);
    X509_VERIFY_PARAM* verification = SSL_get0_param(ssl);
    // The subjectAltName alone counts, not a common name beside it (RFC 6125 section 6.4.4).
    X509_VERIFY_PARAM_set_hostflags(verification, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
                                                      X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    const int named = is_name ? X509_VERIFY_PARAM_set1_host(verification, host.c_str(), host.size())
                              : X509_VERIFY_PARAM_set1_ip_asc(verification, host.c_str());
    // SSL_set_tlsext_host_name is a macro with a cast of the old style in it.
    const auto set_server_name = [&] {
        return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                        const_cast<char*>(host.c_str()));
    };
    if (named != 1 || (is_name && set_server_name() != 1)) throw std::bad_alloc{};
}

} // namespace

void OutboundStream::State::abort()
{
    error_code ignored;
    socket.close(ignored);
    failed = asio::error::operation_aborted;
}

void OutboundStream::State::flush()
{
    if (writing || pending.empty()) return;
    writing = true;
    std::swap(pending, in_hand);
    std::swap(waiting, waiting_in_hand);
    auto done = [self = shared_from_this()](error_code error, std::size_t) { self->flushed(error); };
    if (tls)
        asio::async_write(*tls, asio::buffer(in_hand), std::move(done));
    else
        asio::async_write(socket, asio::buffer(in_hand), std::move(done));
}

void OutboundStream::State::flushed(error_code error)
{
    writing = false;
    in_hand.clear();
    if (in_hand.capacity() > capacity_kept) std::string{}.swap(in_hand);
    if (error && !failed) failed = error;
    if (failed) {
        pending.clear();
        waiting_in_hand.insert(waiting_in_hand.end(), std::make_move_iterator(waiting.begin()),
                               std::make_move_iterator(waiting.end()));
        waiting.clear();
    }
    // Whoever is told may write again: the lists must be in order before.
    auto finished = std::exchange(waiting_in_hand, {});
    if (!corked || !waiting.empty()) flush();
    complete(finished, failed);
}

void OutboundStream::State::complete(std::vector<Waiting>& writes, error_code error)
{
    for (auto& write : writes) {
        auto slot = write.completion->slot();
        if (slot.is_connected()) slot.clear();
        write.completion->complete(error, error ? 0 : write.taken);
    }
}

void OutboundStream::State::wait_for_flush(Waiting write)
{
    // Part of a write may have left: nothing sensible can follow a write that was cancelled.
    auto slot = write.completion->slot();
    if (slot.is_connected()) slot.assign([this](asio::cancellation_type) { abort(); });
    // All that was taken may be in hand already.
    (pending.empty() ? waiting_in_hand : waiting).push_back(std::move(write));
    flush();
}

OutboundStream::OutboundStream(asio::ip::tcp::socket socket)
    : executor_{socket.get_executor()}, state_{std::make_shared<State>(std::move(socket))}
{}

OutboundStream::~OutboundStream()
{
    state_->abort();
}

asio::ip::tcp::socket& OutboundStream::socket()
{
    return state_->socket;
}

SSL* OutboundStream::tls_handle()
{
    return state_->tls ? state_->tls->native_handle() : nullptr;
}

void OutboundStream::abort()
{
    state_->abort();
}

void OutboundStream::cork()
{
    state_->corked = true;
}

void OutboundStream::uncork()
{
    state_->corked = false;
    state_->flush();
}

std::size_t OutboundStream::unwritten() const
{
    return state_->pending.size() + state_->in_hand.size();
}

void OutboundStream::begin_tls(TlsContext tls, const std::string& host)
{
    state_->context = std::move(tls);
    state_->tls.emplace(state_->socket, *state_->context);
    prepare_verification(state_->tls->native_handle(), host);
}

asio::awaitable<error_code> OutboundStream::handshake()
{
    const auto state = state_;
    error_code failed;
    co_await state->tls->async_handshake(asio::ssl::stream_base::client,
                                         asio::redirect_error(asio::use_awaitable, failed));
    co_return failed;
}

std::size_t OutboundStream::take(asio::const_buffer bytes)
{
    if (!state_->failed) state_->pending.append(static_cast<const char*>(bytes.data()), bytes.size());
    return bytes.size();
}

void OutboundStream::start_read(asio::mutable_buffer room, std::unique_ptr<Completion> completion)
{
    const auto slot = completion->slot();
    auto done = [self = state_, completion = std::move(completion)](error_code error, std::size_t count) {
        completion->complete(error, count);
    };
    auto cancellable = asio::bind_cancellation_slot(slot, std::move(done));
    if (state_->tls)
        state_->tls->async_read_some(room, std::move(cancellable));
    else
        state_->socket.async_read_some(room, std::move(cancellable));
}

void OutboundStream::start_write(std::size_t taken, std::unique_ptr<Completion> completion)
{
    const bool held = unwritten() == 0 || (state_->corked && unwritten() <= held_max);
    if (!held && !state_->failed) return state_->wait_for_flush({std::move(completion), taken});
    // At once, but never from within the call that began it.
    asio::post(executor_, [self = state_, taken, completion = std::move(completion)] {
        completion->complete(self->failed, self->failed ? 0 : taken);
    });
}

} // namespace mizo::net
