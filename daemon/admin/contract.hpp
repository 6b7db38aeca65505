#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mizo::admin {

// What docs/admin-api/openapi.json says of codes: the program carries the document, and takes texts and
// statuses from it, so that they stand in one place.
class Contract {
public:
    struct Problem {
        int status = 500;
        std::string text;
    };

    static const Contract& get();

    // The English text of a message for people, with {args}; null where there is no such code.
    const std::string* message(std::string_view code) const;
    const Problem* problem(std::string_view code) const;
    // The document, byte for byte.
    std::string_view document() const { return document_; }

private:
    Contract();

    std::string_view document_;
    std::map<std::string, std::string, std::less<>> messages_;
    std::map<std::string, Problem, std::less<>> problems_;
};

} // namespace mizo::admin
