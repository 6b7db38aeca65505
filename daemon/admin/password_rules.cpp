#include "daemon/admin/password_rules.hpp"

#include "daemon/base/utf8.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace mizo::admin {

namespace {

// The most used passwords of twelve characters and more, without what the rules below find anyway: in lower
// case, digits and signs at the end taken off.
constexpr std::array common{
    "administrator",
    "adminadminadmin",
    "basketballplayer",
    "believeinyourself",
    "changemeplease",
    "changeme",
    "chocolatecake",
    "christopher",
    "correcthorsebatterystaple",
    "defaultpassword",
    "dragonballz",
    "football",
    "fuckyoufuckyou",
    "halopsa",
    "helpdesk",
    "iloveyouforever",
    "iloveyou",
    "imissyousomuch",
    "letmein",
    "letmeinplease",
    "liverpoolfc",
    "loveyouforever",
    "manchesterunited",
    "masterpassword",
    "mizorelay",
    "motdepasse",
    "mypassword",
    "mysecretpassword",
    "newpassword",
    "nothingelsematters",
    "opensesame",
    "pass",
    "passphrase",
    "passw0rd",
    "p@ssw0rd",
    "p@ssword",
    "password",
    "passwordpassword",
    "princess",
    "qazwsxedcrfv",
    "qwerty",
    "qwertyqwerty",
    "rootroot",
    "secret",
    "secretpassword",
    "servicedesk",
    "sommer",
    "starwars",
    "summer",
    "sunshine",
    "superman",
    "supersecret",
    "temppassword",
    "temporarypassword",
    "thisisapassword",
    "thisismypassword",
    "trustno",
    "unbelievable",
    "welcome",
    "welcometothejungle",
    "whatever",
    "winter",
    "yourpassword",
};

// Rows of keys and of counting, in which a password is one finger's walk.
constexpr std::array walks{
    "01234567890123456789012345678901234567890",
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnmqwertyuiop",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p",
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertzuiopasdfghjklyxcvbnm",
    "1q2w3e4r5t6y7u8i9o0p",
    "qazwsxedcrfvtgbyhnujmikolp",
};

std::size_t characters_in(std::string_view text)
{
    std::size_t count = 0;
    for (; !text.empty(); ++count) text.remove_prefix(base::decode_utf8(text).second);
    return count;
}

// "abcabcabcabc", "aaaaaaaaaaaa": a piece of at most a third, again and again.
bool repeats_itself(std::string_view text)
{
    for (std::size_t piece = 1; piece <= text.size() / 3; ++piece)
        if (text.substr(piece) == text.substr(0, text.size() - piece)) return true;
    return false;
}

bool is_walk(std::string_view text)
{
    const std::string backwards{text.rbegin(), text.rend()};
    return std::any_of(walks.begin(), walks.end(), [&](std::string_view walk) {
        return walk.find(text) != std::string_view::npos || walk.find(backwards) != std::string_view::npos;
    });
}

std::string normalised(std::string_view password)
{
    std::string text{password};
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

// "Password2026!": a common one with what rules of other places ask for at its end.
std::string_view without_tail(std::string_view text)
{
    const auto last = text.find_last_not_of("0123456789!?.#*$-_+ ");
    return last == std::string_view::npos ? std::string_view{} : text.substr(0, last + 1);
}

} // namespace

std::string_view check_password(std::string_view password)
{
    const std::size_t characters = characters_in(password);
    if (characters < 12) return "password_too_short";
    if (characters > 128) return "password_too_long";
    const std::string text = normalised(password);
    const std::string_view core = without_tail(text);
    if (repeats_itself(text) || is_walk(text) || core.empty()) return "password_too_common";
    const bool listed = std::any_of(common.begin(), common.end(),
                                    [&](std::string_view known) { return known == text || known == core; });
    return listed ? std::string_view{"password_too_common"} : std::string_view{};
}

} // namespace mizo::admin
