#include "daemon/tab/markdown.hpp"

#include "daemon/base/utf8.hpp"
#include "daemon/halo/fields.hpp"

#include <cmark.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace mizo::tab {

namespace {

// Deeper than anybody writes; a browser gives up at some depth, too.
constexpr int depth_max = 40;
constexpr int headings_down = 2;
constexpr std::size_t url_max = 2'000;
// A reference that is defined once can be used thousands of times.
constexpr std::size_t urls_max = 128 * 1024;

struct FreeNode {
    void operator()(cmark_node* node) const { cmark_node_free(node); }
};
using Document = std::unique_ptr<cmark_node, FreeNode>;

struct FreeIterator {
    void operator()(cmark_iter* iterator) const { cmark_iter_free(iterator); }
};

// What of the tree must not be rendered as it is, in the order of the text. Collected first: a tree must not
// change under its iterator.
struct Found {
    std::vector<cmark_node*> nodes;
    bool too_deep = false;
};

Found look_over(cmark_node* root)
{
    Found found;
    int depth = 0;
    const std::unique_ptr<cmark_iter, FreeIterator> iterator{cmark_iter_new(root)};
    for (auto event = cmark_iter_next(iterator.get()); event != CMARK_EVENT_DONE;
         event = cmark_iter_next(iterator.get())) {
        cmark_node* node = cmark_iter_get_node(iterator.get());
        const bool is_leaf = cmark_node_first_child(node) == nullptr;
        if (event == CMARK_EVENT_EXIT) {
            if (!is_leaf) --depth;
            continue;
        }
        if (!is_leaf) ++depth;
        found.too_deep = found.too_deep || depth > depth_max;
        switch (cmark_node_get_type(node)) {
        case CMARK_NODE_LINK:
        case CMARK_NODE_IMAGE:
        case CMARK_NODE_HTML_BLOCK:
        case CMARK_NODE_HTML_INLINE:
        case CMARK_NODE_HEADING:
        case CMARK_NODE_CODE_BLOCK: found.nodes.push_back(node); break;
        default: break;
        }
    }
    return found;
}

std::string escaped(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&#39;"; break;
        default: out += c;
        }
    }
    return out;
}

// Absolute, of a harmless scheme, and without a character that a browser would step over.
bool may_lead_to(std::string_view url)
{
    if (url.size() > url_max) return false;
    const bool plain = std::all_of(url.begin(), url.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte > 0x20 && byte != 0x7f && c != '\\';
    });
    // A name before "@" would be taken for the host.
    const auto host = std::min(url.find("//"), url.size());
    const std::string_view authority = url.substr(host, url.find_first_of("/?#", host + 2) - host);
    const bool named = authority.find('@') != std::string_view::npos;
    const std::string start = halo::lower_case(url.substr(0, 8));
    return plain && !named &&
           (start.starts_with("https://") || start.starts_with("http://") || start.starts_with("mailto:"));
}

void move_children_before(cmark_node* node, cmark_node* place)
{
    while (cmark_node* child = cmark_node_first_child(node)) cmark_node_insert_before(place, child);
}

// The text of a link or an image stays, the rest goes.
void unwrap(cmark_node* node)
{
    move_children_before(node, node);
    cmark_node_free(node);
}

void rewrite_link(cmark_node* link, std::size_t& urls)
{
    const std::string url = cmark_node_get_url(link);
    urls += url.size();
    if (!may_lead_to(url) || urls > urls_max) return unwrap(link);
    cmark_node* anchor = cmark_node_new(CMARK_NODE_CUSTOM_INLINE);
    const std::string address = escaped(url);
    const std::string opening = "<a href=\"" + address + "\" title=\"" + address +
                                "\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">";
    cmark_node_set_on_enter(anchor, opening.c_str());
    cmark_node_set_on_exit(anchor, "</a>");
    cmark_node_insert_before(link, anchor);
    while (cmark_node* child = cmark_node_first_child(link)) cmark_node_append_child(anchor, child);
    cmark_node_free(link);
}

void show_as(cmark_node_type type, cmark_node* node)
{
    cmark_node* shown = cmark_node_new(type);
    cmark_node_set_literal(shown, cmark_node_get_literal(node));
    cmark_node_replace(node, shown);
    cmark_node_free(node);
}

void make_harmless(const Found& found)
{
    std::size_t urls = 0;
    for (cmark_node* node : found.nodes) {
        switch (cmark_node_get_type(node)) {
        case CMARK_NODE_LINK: rewrite_link(node, urls); break;
        case CMARK_NODE_IMAGE: unwrap(node); break;
        case CMARK_NODE_HTML_BLOCK: show_as(CMARK_NODE_CODE_BLOCK, node); break;
        case CMARK_NODE_HTML_INLINE: show_as(CMARK_NODE_TEXT, node); break;
        case CMARK_NODE_HEADING:
            cmark_node_set_heading_level(node,
                                         std::min(cmark_node_get_heading_level(node) + headings_down, 6));
            break;
        default: cmark_node_set_fence_info(node, ""); break; // it would become a class of the page's
        }
    }
}

std::string html_of(cmark_node* root)
{
    char* text = cmark_render_html(root, CMARK_OPT_DEFAULT);
    std::string html = text;
    std::free(text);
    return html;
}

// Control characters, what turns the reading order, and what nobody can see; joiners stay, since scripts and
// emoji need them.
bool is_hidden(char32_t c)
{
    const bool control = (c < 0x20 && c != U'\n' && c != U'\t') || (c >= 0x7f && c < 0xa0);
    const bool direction = c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
                           (c >= 0x2066 && c <= 0x2069);
    const bool invisible = c == 0x00ad || c == 0x180e || c == 0x200b || c == 0x2028 || c == 0x2029 ||
                           (c >= 0x2060 && c <= 0x2064) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
                           (c >= 0xe0000 && c <= 0xe007f);
    return control || direction || invisible;
}

std::string without_hidden(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto [character, length] = base::decode_utf8(text);
        if (character && !is_hidden(*character)) out += text.substr(0, length);
        text.remove_prefix(length);
    }
    return out;
}

} // namespace

Rendered render_markdown(std::string_view markdown)
{
    Rendered rendered;
    rendered.cut = markdown.size() > markdown_max;
    const std::string text = halo::cut_text(markdown, markdown_max);
    const Document document{cmark_parse_document(text.data(), text.size(), CMARK_OPT_VALIDATE_UTF8)};
    const Found found = look_over(document.get());
    if (found.too_deep) {
        rendered.html = without_hidden("<pre>" + escaped(text) + "</pre>\n");
        return rendered;
    }
    make_harmless(found);
    // Last, since an entity of the Markdown becomes a character only when it is parsed.
    rendered.html = without_hidden(html_of(document.get()));
    return rendered;
}

} // namespace mizo::tab
