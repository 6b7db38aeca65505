#include "daemon/cli/daemon_address.hpp"

#include "daemon/app/startup.hpp"
#include "daemon/base/private_file.hpp"
#include "daemon/cli/service_words.hpp"
#include "daemon/cli/stop.hpp"

namespace mizo::cli {

namespace {

std::string trimmed(std::string_view text)
{
    const auto end = text.find_last_not_of(" \t\r\n");
    return std::string{end == std::string_view::npos ? std::string_view{} : text.substr(0, end + 1)};
}

std::string listener_url(const DaemonChoice& choice)
{
    app::RunOptions options;
    options.config_file = choice.config_file;
    options.data_dir = choice.data_dir;
    const app::Configuration configuration = app::read_configuration(options);
    // With problems the daemon did not start, or has read another file: the address may be right all the
    // same.
    const config::Settings settings = config::Settings::load(configuration.sources).settings;
    const std::string scheme = settings.is(config::Key::admin_tls, "off") ? "http://" : "https://";

    const auto written = base::read_file(choice.data_dir / "admin.address");
    const auto actual = written ? config::parse_listen_address(trimmed(*written)) : std::nullopt;
    return scheme + reachable_address(actual ? *actual : settings.listen_address(config::Key::admin_listen));
}

base::Secret read_key(const std::filesystem::path& data_dir)
{
    auto text = base::read_file(data_dir / "admin.key");
    if (text) return base::Secret{trimmed(*text)};
    if (text.error().kind() == base::Errc::not_found)
        throw Stop{Exit::unreachable, "there is no admin.key in " + data_dir.string() +
                                          ": the daemon has not been started yet (" + start_service +
                                          "), "
                                          "or its data directory is another one (--data-dir)"};
    throw Stop{Exit::failed, text.error().text() + " " + use_another_account};
}

} // namespace

std::string reachable_address(const config::ListenAddress& listen)
{
    std::string host = listen.host;
    if (host == "0.0.0.0") host = "127.0.0.1";
    if (host == "::") host = "::1";
    if (host.find(':') != std::string::npos) host = "[" + host + "]";
    return host + ":" + std::to_string(listen.port);
}

DaemonAddress find_daemon(const DaemonChoice& choice)
{
    const auto url = net::parse_url(choice.url.empty() ? listener_url(choice) : choice.url);
    if (!url) throw Stop{Exit::usage, "the daemon's address: " + url.error().text()};
    return {*url, read_key(choice.data_dir), choice.ca_file};
}

} // namespace mizo::cli
