#include "certs/listener_ca.hpp"

#include "certs/issue.hpp"
#include "certs/openssl_handles.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

namespace mizo::certs {
namespace {

constexpr ListenerRules rules;
constexpr int ca_bits = 3072; // it has to last ten years
constexpr std::size_t names_max = 32;
constexpr std::size_t common_name_max = 64;

using OwnedAddress = Owned<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;
using OwnedConstraints = Owned<NAME_CONSTRAINTS, NAME_CONSTRAINTS_free>;

bool is_label(std::string_view label)
{
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(),
                       [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; });
}

// Host names only: no wildcards, and nothing that has a meaning in OpenSSL's notation.
bool is_host_name(std::string_view name)
{
    if (name.size() > 253) return false;
    while (true) {
        const std::size_t dot = name.find('.');
        if (!is_label(name.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        name.remove_prefix(dot + 1);
    }
}

// The address's bytes, 4 or 16; null for what is no address.
OwnedAddress parse_address(const std::string& text)
{
    const bool plain = std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return std::isxdigit(c) != 0 || c == '.' || c == ':';
    });
    return OwnedAddress{plain ? a2i_IPADDRESS(text.c_str()) : nullptr};
}

std::optional<Error> fault_in(const ListenerNames& names)
{
    const std::size_t count = names.dns.size() + names.addresses.size();
    if (count == 0 || count > names_max) return Error{Errc::malformed, "between 1 and 32 names are needed"};
    for (const std::string& name : names.dns) {
        if (!is_host_name(name)) return Error{Errc::malformed, "not a host name: " + name};
    }
    for (const std::string& address : names.addresses) {
        const ErrorQueueCleared clear;
        if (!parse_address(address)) return Error{Errc::malformed, "not an IP address: " + address};
    }
    return std::nullopt;
}

std::string listed(const std::vector<std::string>& entries)
{
    std::string text;
    for (const std::string& entry : entries) text += (text.empty() ? "" : ",") + entry;
    return text;
}

std::string alternative_names(const ListenerNames& names)
{
    std::vector<std::string> entries;
    for (const std::string& name : names.dns) entries.push_back("DNS:" + name);
    for (const std::string& address : names.addresses) entries.push_back("IP:" + address);
    return listed(entries);
}

// A kind of name that is not constrained at all is allowed altogether: so each kind is named.
std::string name_constraints(const ListenerNames& names)
{
    static constexpr std::string_view one_v4 = "/255.255.255.255";
    static constexpr std::string_view one_v6 = "/FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF";
    std::vector<std::string> entries{"critical"};
    for (const std::string& name : names.dns) entries.push_back("permitted;DNS:" + name);
    // "invalid" is a top-level domain that is never given out (RFC 2606).
    if (names.dns.empty()) entries.emplace_back("permitted;DNS:invalid");
    bool has_v4 = false;
    bool has_v6 = false;
    for (const std::string& address : names.addresses) {
        const bool v6 = address.find(':') != std::string::npos;
        (v6 ? has_v6 : has_v4) = true;
        entries.push_back("permitted;IP:" + address + std::string{v6 ? one_v6 : one_v4});
    }
    if (!has_v4) entries.emplace_back("excluded;IP:0.0.0.0/0.0.0.0");
    if (!has_v6) entries.emplace_back("excluded;IP:0:0:0:0:0:0:0:0/0:0:0:0:0:0:0:0");
    return listed(entries);
}

// For people: clients look at the alternative names. Never an address, which some of them take for a host
// name.
std::string_view common_name_for(const ListenerNames& names)
{
    const auto fits = [](const std::string& name) { return name.size() <= common_name_max; };
    const auto name = std::find_if(names.dns.begin(), names.dns.end(), fits);
    return name == names.dns.end() ? std::string_view{"Mizo Relay"} : std::string_view{*name};
}

bool may_issue(const Certificate& ca, const Certificate& leaf)
{
    const ErrorQueueCleared clear;
    const OwnedConstraints constraints{static_cast<NAME_CONSTRAINTS*>(
        X509_get_ext_d2i(ca.handle().certificate.get(), NID_name_constraints, nullptr, nullptr))};
    X509* presented = leaf.handle().certificate.get();
    // The check sees only the names that OpenSSL has read out of the extensions, which it does on this
    // occasion.
    const bool names_read = X509_check_purpose(presented, -1, 0) == 1;
    return constraints && names_read && NAME_CONSTRAINTS_check(presented, constraints.get()) == X509_V_OK;
}

} // namespace

Result<KeyedCertificate> make_listener_ca(std::string_view common_name, const ListenerNames& names, Time now)
{
    if (auto fault = fault_in(names)) return *fault;
    if (common_name.empty() || common_name.size() > common_name_max) {
        return Error{Errc::malformed, "a common name has 1 to 64 bytes"};
    }
    const RsaKey key = RsaKey::generate(ca_bits).value();
    const CertificateContent content{common_name,
                                     {now - rules.backdated, now - rules.backdated + rules.ca_life},
                                     {{"basicConstraints", "critical,CA:TRUE,pathlen:0"},
                                      {"keyUsage", "critical,keyCertSign,cRLSign"},
                                      {"extendedKeyUsage", "serverAuth"},
                                      {"subjectKeyIdentifier", "hash"},
                                      {"nameConstraints", name_constraints(names)}}};
    return KeyedCertificate{key, issue(content, key, std::nullopt)};
}

Result<KeyedCertificate> issue_listener_certificate(const KeyedCertificate& ca, const ListenerNames& names,
                                                    Time now)
{
    if (auto fault = fault_in(names)) return *fault;
    const RsaKey key = RsaKey::generate().value();
    const Time not_before = std::max(now - rules.backdated, ca.certificate.validity().not_before);
    const Time not_after = std::min(not_before + rules.leaf_life, ca.certificate.validity().not_after);
    const CertificateContent content{common_name_for(names),
                                     {not_before, not_after},
                                     {{"basicConstraints", "critical,CA:FALSE"},
                                      {"keyUsage", "critical,digitalSignature,keyEncipherment"},
                                      {"extendedKeyUsage", "serverAuth"},
                                      {"subjectKeyIdentifier", "hash"},
                                      {"authorityKeyIdentifier", "keyid"},
                                      {"subjectAltName", alternative_names(names)}}};
    const Certificate leaf = issue(content, key, Issuer{ca.certificate, ca.key});
    if (!may_issue(ca.certificate, leaf)) {
        return Error{Errc::mismatch, "the authority was made for other names: make and import a new one"};
    }
    return KeyedCertificate{key, leaf};
}

bool covers(const Certificate& certificate, const ListenerNames& names)
{
    X509* x509 = certificate.handle().certificate.get();
    const bool all_dns = std::all_of(names.dns.begin(), names.dns.end(), [&](const std::string& name) {
        return X509_check_host(x509, name.data(), name.size(), X509_CHECK_FLAG_NEVER_CHECK_SUBJECT,
                               nullptr) == 1;
    });
    return all_dns &&
           std::all_of(names.addresses.begin(), names.addresses.end(), [&](const std::string& address) {
               return X509_check_ip_asc(x509, address.c_str(), 0) == 1;
           });
}

bool listener_renewal_due(const Validity& validity, Time now)
{
    const std::chrono::duration<double> life{validity.not_after - validity.not_before};
    const Time due = validity.not_before + std::chrono::round<std::chrono::seconds>(life * rules.renew_at);
    return now < validity.not_before || now >= due;
}

} // namespace mizo::certs
