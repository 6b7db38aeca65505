#include "daemon/admin/contract.hpp"

#include "daemon/base/embedded.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace mizo::admin {

namespace {

std::string_view embedded_document()
{
    for (const embedded::File& file : embedded::api())
        if (file.path == "openapi.json") return file.bytes;
    throw std::logic_error{"the API's document was not compiled in"};
}

// "404: no such call" as the document writes it.
Contract::Problem problem_of(std::string_view meaning)
{
    Contract::Problem problem;
    const auto colon = meaning.find(": ");
    if (colon != 3) throw std::logic_error{"a problem without a status: " + std::string{meaning}};
    std::from_chars(meaning.data(), meaning.data() + colon, problem.status);
    problem.text = meaning.substr(colon + 2);
    return problem;
}

} // namespace

const Contract& Contract::get()
{
    static const Contract contract;
    return contract;
}

Contract::Contract() : document_{embedded_document()}
{
    const boost::json::value parsed = boost::json::parse(document_);
    const auto& schemas = parsed.at("components").at("schemas");
    for (const auto& [code, text] : schemas.at("MessageCode").at("x-meanings").as_object())
        messages_.emplace(code, text.as_string());
    for (const auto& [code, text] : schemas.at("ProblemCode").at("x-meanings").as_object())
        problems_.emplace(code, problem_of(text.as_string()));
}

const std::string* Contract::message(std::string_view code) const
{
    const auto found = messages_.find(code);
    return found == messages_.end() ? nullptr : &found->second;
}

const Contract::Problem* Contract::problem(std::string_view code) const
{
    const auto found = problems_.find(code);
    return found == problems_.end() ? nullptr : &found->second;
}

} // namespace mizo::admin
