#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mizo::agent {

// One kind of call that a permission of the setup guide's table allows.
struct AllowRule {
    std::string_view permission; // "edit:tickets"
    std::string_view method;
    std::string_view pattern; // "/Tickets/{id}"; {id} is a whole number above zero
};

// Every call that may ever be made for the cloud, in the order of the guide's table. What is not in it is
// denied, whatever the settings say.
std::span<const AllowRule> allow_rules();

// Which of these the admin allows.
class AllowList {
public:
    // `permissions` as agent.allow holds them; none: those of the setup guide. "all:tickets" stands for
    // "read:tickets" and "edit:tickets"; a word that is not known allows nothing.
    explicit AllowList(std::vector<std::string> permissions = {});

    bool allows(const AllowRule& rule) const;

private:
    std::vector<std::string> permissions_;
};

// The rule that a method and path ("/Tickets/4242") fall under; null: none, and so denied.
const AllowRule* find_rule(std::string_view method, std::string_view path);

} // namespace mizo::agent
