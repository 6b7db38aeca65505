#include "daemon/net/dial_tls.hpp"

#include "daemon/base/time_text.hpp"

#include <boost/asio/ssl/error.hpp>
#include <openssl/err.h>

#include <array>
#include <ctime>

namespace mizo::net {

namespace {

using base::Errc;

constexpr std::size_t issuer_max = 200;

int watch_index()
{
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

// The common name, or the organisation, or the whole name: what an admin recognises.
std::string name_text(const X509_NAME* name)
{
    for (const int part : {NID_commonName, NID_organizationName}) {
        const int at = X509_NAME_get_index_by_NID(name, part, -1);
        if (at < 0) continue;
        unsigned char* utf8 = nullptr;
        const int length =
            ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
        if (length < 0) continue;
        std::string text{reinterpret_cast<char*>(utf8), static_cast<std::size_t>(length)};
        OPENSSL_free(utf8);
        if (text.size() > issuer_max) text.resize(issuer_max);
        if (!text.empty()) return text;
    }
    std::array<char, issuer_max> line{};
    X509_NAME_oneline(name, line.data(), static_cast<int>(line.size()));
    return line.data();
}

std::optional<base::WallTime> wall_time(const ASN1_TIME* time)
{
    std::tm parts{};
    if (!time || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
    using namespace std::chrono;
    const sys_days day = year{parts.tm_year + 1900} / (parts.tm_mon + 1) / parts.tm_mday;
    return day + hours{parts.tm_hour} + minutes{parts.tm_min} + seconds{parts.tm_sec};
}

std::string time_or_unknown(std::optional<base::WallTime> time)
{
    return time ? base::rfc3339(*time) : "?";
}

// The sentence for a handshake that failed for another reason than the chain.
std::string handshake_reason(boost::system::error_code failed)
{
    if (failed == asio::error::eof || failed == asio::ssl::error::stream_truncated ||
        failed == asio::error::connection_reset)
        return "the other side closed the connection";
    if (failed.category() != asio::error::get_ssl_category()) return failed.message();
    switch (ERR_GET_REASON(static_cast<unsigned long>(failed.value()))) {
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    case SSL_R_WRONG_VERSION_NUMBER: return "the other side does not speak TLS 1.2 or later";
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
    case SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY:
        return "the other side offers no encryption that is strong enough";
    case SSL_R_DH_KEY_TOO_SMALL:
    case SSL_R_EE_KEY_TOO_SMALL: return "the other side's key is too weak";
    default: return failed.message();
    }
}

} // namespace

ChainWatch::ChainWatch(SSL* ssl) : ssl_{ssl}
{
    SSL_up_ref(ssl_);
    SSL_set_ex_data(ssl_, watch_index(), this);
    SSL_set_verify(ssl_, SSL_VERIFY_PEER, on_certificate);
}

ChainWatch::~ChainWatch()
{
    SSL_set_ex_data(ssl_, watch_index(), nullptr);
    SSL_free(ssl_);
}

int ChainWatch::on_certificate(int good, X509_STORE_CTX* chain)
{
    const auto* ssl =
        static_cast<SSL*>(X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto* watch = static_cast<ChainWatch*>(SSL_get_ex_data(ssl, watch_index()));
    if (good == 1 || !watch || watch->fault_ != X509_V_OK) return good;
    watch->fault_ = X509_STORE_CTX_get_error(chain);
    if (const X509* certificate = X509_STORE_CTX_get_current_cert(chain)) {
        watch->issuer_ = name_text(X509_get_issuer_name(certificate));
        watch->not_before_ = wall_time(X509_get0_notBefore(certificate));
    }
    return good;
}

Fault tls_fault(const Url& url, const ChainWatch& chain, boost::system::error_code failed, base::WallTime now)
{
    const Message::Args host{{"host", url.host}};
    const std::string detail =
        chain.fault() == X509_V_OK ? failed.message() : X509_verify_cert_error_string(chain.fault());
    const auto fault = [&](std::string code, Message::Args more = {}) {
        Message::Args args = host;
        args.insert(args.end(), more.begin(), more.end());
        return Fault{Errc::tls, make_message(std::move(code), std::move(args)), detail};
    };
    switch (chain.fault()) {
    case X509_V_OK:
        return fault("link_tls_failed", {{"reason", handshake_reason(failed)}})
            .advise(make_message("advice_inspection", host));
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_UNTRUSTED:
        return fault("link_tls_issuer", {{"issuer", chain.issuer()}})
            .advise(make_message("advice_inspection", host));
    case X509_V_ERR_CERT_HAS_EXPIRED: return fault("link_tls_expired").advise(make_message("advice_clock"));
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return fault("link_tls_not_yet_valid",
                     {{"not_before", time_or_unknown(chain.not_before())}, {"now", base::rfc3339(now)}})
            .advise(make_message("advice_clock"));
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return fault("link_tls_name").advise(make_message("advice_inspection", host));
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
        return fault("link_tls_weak", {{"reason", detail}}).advise(make_message("advice_inspection", host));
    default:
        return fault("link_tls_failed", {{"reason", detail}}).advise(make_message("advice_inspection", host));
    }
}

Message describe_tls(SSL* ssl)
{
    const STACK_OF(X509)* chain = SSL_get0_verified_chain(ssl);
    const int length = chain ? sk_X509_num(chain) : 0;
    std::string issuer;
    std::optional<base::WallTime> not_after;
    if (length > 0) {
        issuer = name_text(X509_get_issuer_name(sk_X509_value(chain, length - 1)));
        not_after = wall_time(X509_get0_notAfter(sk_X509_value(chain, 0)));
    }
    return make_message(
        "test_tls_ok",
        {{"version", SSL_get_version(ssl)}, {"issuer", issuer}, {"not_after", time_or_unknown(not_after)}});
}

} // namespace mizo::net
