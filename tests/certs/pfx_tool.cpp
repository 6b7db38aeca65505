// Makes PFX files with the certificate library, and verifies signatures that others made with their keys:
//
//   pfx_tool make PROFILE BITS DIRECTORY      webhook.pfx, password, certificate.pem, thumbprint
//   pfx_tool verify CERTIFICATE PADDING BODY  exit code 0 if the base64 signature on standard input is right
//   pfx_tool open FILE                        thumbprint of what is in it; the password on standard input

#include "certs/pfx.hpp"
#include "certs/verify.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace mizo::certs;

std::string read(std::istream& input)
{
    return {std::istreambuf_iterator<char>{input}, {}};
}

std::string read_file(const std::filesystem::path& path)
{
    std::ifstream file{path, std::ios::binary};
    if (!file) throw std::runtime_error{"cannot read " + path.string()};
    return read(file);
}

void write_file(const std::filesystem::path& path, std::string_view content)
{
    std::ofstream file{path, std::ios::binary};
    file << content;
    if (!file.flush()) throw std::runtime_error{"cannot write " + path.string()};
}

int make(const std::string& profile, int bits, const std::filesystem::path& directory)
{
    const auto now = std::chrono::system_clock::now();
    const RsaKey key = RsaKey::generate(bits).value();
    const Certificate certificate = Certificate::self_signed(
        key, "Mizo webhook", {now - std::chrono::days{1}, now + std::chrono::days{398}});
    const Secret password = generate_pfx_password();
    const Bytes file =
        pack_pfx({key, certificate, "Mizo webhook"}, password, pfx_profile_from(profile).value());
    write_file(directory / "webhook.pfx", ByteView{file}.text());
    write_file(directory / "password", password.text());
    write_file(directory / "certificate.pem", certificate.pem());
    write_file(directory / "thumbprint", certificate.thumbprint());
    return 0;
}

int verify(const std::filesystem::path& certificate, std::string_view padding,
           const std::filesystem::path& body)
{
    SignatureScheme scheme;
    scheme.padding = padding_from(padding).value();
    Verifier verifier{scheme, {Certificate::from_pem(read_file(certificate)).value().public_key()}};
    const std::string signature = read(std::cin);
    const std::string content = read_file(body);
    return verifier.verify({signature, content, {}}) ? 0 : 1;
}

int open(const std::filesystem::path& file)
{
    const Result<OpenedPfx> opened = open_pfx(read_file(file), read(std::cin));
    if (!opened) {
        std::cerr << opened.error().detail() << '\n';
        return 1;
    }
    std::cout << opened->certificate.thumbprint();
    return 0;
}

int run(const std::vector<std::string>& arguments)
{
    if (arguments.size() == 4 && arguments[0] == "make") {
        return make(arguments[1], std::stoi(arguments[2]), arguments[3]);
    }
    if (arguments.size() == 4 && arguments[0] == "verify")
        return verify(arguments[1], arguments[2], arguments[3]);
    if (arguments.size() == 2 && arguments[0] == "open") return open(arguments[1]);
    std::cerr
        << "usage: pfx_tool make PROFILE BITS DIRECTORY | verify CERTIFICATE PADDING BODY | open FILE\n";
    return 2;
}

} // namespace

int main(int argc, char** argv)
{
    try {
        return run({argv + 1, argv + argc});
    } catch (const std::exception& failure) {
        std::cerr << "pfx_tool: " << failure.what() << '\n';
        return 1;
    }
}
