#include "publish/html/markup.h"

#include <cmark-gfm.h>
#include <fmt/core.h>

#include <algorithm>
#include <memory>

#include "core/text.h"
#include "publish/parts.h"

namespace antidotary::publish {
namespace {

bool shown(char32_t c) {
  if (c < 0x20) return c == '\n' || c == '\t';
  const bool control = c >= 0x7f && c < 0xa0;
  const bool override_of_direction = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
  const bool hidden = (c >= 0x200b && c <= 0x200f) || c == 0xfeff;
  return !control && !override_of_direction && !hidden;
}

// Markdown keeps what it is given: what no page should hold goes before it is read.
std::string cleaned(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    append_utf8(out, shown(c) ? c : 0xfffd);
  }
  return out;
}

struct Mention {
  std::size_t at = std::string_view::npos;
  std::size_t size = 0;
  std::string address;
};

bool digits(std::string_view text, std::size_t at, std::size_t count) {
  if (text.size() < at + count) return false;
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at),
                     text.begin() + static_cast<std::ptrdiff_t>(at + count),
                     [](char c) { return c >= '0' && c <= '9'; });
}

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// The first "MS02-015" or "CVE-2002-0077" in `text` that has a page.
Mention next_mention(const entries::Encyclopedia& encyclopedia, std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view rest = text.substr(at);
    // Part of a longer word or number it is another thing.
    if (at > 0 && is_word(text[at - 1])) continue;
    if (rest.starts_with("MS") && digits(rest, 2, 2) && rest.size() >= 8 && rest[4] == '-' &&
        digits(rest, 5, 3) && (rest.size() == 8 || !is_word(rest[8]))) {
      const auto* bulletin = encyclopedia.find_bulletin(ascii_lower(rest.substr(0, 8)));
      if (bulletin != nullptr) return {at, 8, address_of(*bulletin)};
    }
    if (rest.starts_with("CVE-") && digits(rest, 4, 4) && rest.size() >= 13 && rest[8] == '-' &&
        digits(rest, 9, 4)) {
      // Four digits or more.
      std::size_t size = 13;
      while (size < rest.size() && is_word(rest[size])) ++size;
      const std::string cve(rest.substr(0, size));
      for (const auto& bulletin : encyclopedia.bulletins()) {
        if (std::find(bulletin.cves.begin(), bulletin.cves.end(), cve) != bulletin.cves.end()) {
          return {at, size, weakness_address(cve)};
        }
      }
    }
  }
  return {};
}

struct FreeNode {
  void operator()(cmark_node* node) const { cmark_node_free(node); }
};
using Node = std::unique_ptr<cmark_node, FreeNode>;

std::string literal_of(cmark_node* node) {
  const char* text = cmark_node_get_literal(node);
  return text == nullptr ? "" : text;
}

Node text_node(const std::string& text) {
  Node node(cmark_node_new(CMARK_NODE_TEXT));
  cmark_node_set_literal(node.get(), text.c_str());
  return node;
}

// HTML in an entry is text like any other.
void show_html(cmark_node* node) {
  const bool block = cmark_node_get_type(node) == CMARK_NODE_HTML_BLOCK;
  Node text = text_node(literal_of(node));
  Node whole = std::move(text);
  if (block) {
    Node paragraph(cmark_node_new(CMARK_NODE_PARAGRAPH));
    cmark_node_append_child(paragraph.get(), whole.release());
    whole = std::move(paragraph);
  }
  if (cmark_node_replace(node, whole.get()) == 1) whole.release();
  cmark_node_free(node);
}

// The node's children stand where it stood.
void unwrap(cmark_node* node) {
  while (cmark_node* child = cmark_node_first_child(node)) cmark_node_insert_before(node, child);
  cmark_node_free(node);
}

// A picture would be asked of whoever holds it: its words stand there instead, linked to it.
void show_image_as_link(cmark_node* node) {
  Node link(cmark_node_new(CMARK_NODE_LINK));
  cmark_node_set_url(link.get(), cmark_node_get_url(node));
  if (cmark_node_first_child(node) == nullptr) {
    cmark_node_append_child(link.get(), text_node("picture").release());
  }
  while (cmark_node* child = cmark_node_first_child(node)) {
    cmark_node_append_child(link.get(), child);
  }
  if (cmark_node_replace(node, link.get()) == 1) link.release();
  cmark_node_free(node);
}

void link_mentions(const Place& place, cmark_node* node) {
  std::string text = literal_of(node);
  for (;;) {
    const Mention mention = next_mention(place.encyclopedia(), text);
    if (mention.at == std::string::npos) break;
    Node before = text_node(text.substr(0, mention.at));
    if (cmark_node_insert_before(node, before.get()) == 1) before.release();
    Node link(cmark_node_new(CMARK_NODE_LINK));
    cmark_node_set_url(link.get(), (place.root() + mention.address).c_str());
    cmark_node_append_child(link.get(), text_node(text.substr(mention.at, mention.size)).release());
    if (cmark_node_insert_before(node, link.get()) == 1) link.release();
    text.erase(0, mention.at + mention.size);
  }
  cmark_node_set_literal(node, text.c_str());
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        append_utf8(out, shown(c) ? c : 0xfffd);
    }
  }
  return out;
}

std::string html_path_text(std::string_view text) {
  std::string out;
  for (const char c : html_text(text)) {
    out.push_back(c);
    if (c == '\\') out += "<wbr>";
  }
  return out;
}

std::string slug(std::string_view name) {
  std::string out;
  for (const char c : ascii_lower(name)) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (kept) {
      out += c;
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out.empty() ? "unnamed" : out;
}

std::string address_of(const entries::Entry& entry) { return entry.id + ".html"; }
std::string address_of(const entries::Entry& entry, const entries::Variant& variant) {
  return entry.id + "." + variant.id + ".html";
}
std::string address_of(const entries::Bulletin& bulletin) {
  return "bulletins/" + bulletin.id + ".html";
}
std::string address_of(const entries::Term& term) { return "glossary/" + term.id + ".html"; }
std::string address_of(const entries::PostureCheck& check) {
  return "checks/" + check.id + ".html";
}
std::string weakness_address(std::string_view cve) {
  return "weaknesses/" + ascii_lower(cve) + ".html";
}
std::string vendor_address(std::string_view vendor) { return "vendors/" + slug(vendor) + ".html"; }

Place::Place(const entries::Encyclopedia& encyclopedia, std::string_view path)
    : encyclopedia_(encyclopedia), alone_(path.empty()) {
  for (const char c : path) root_ += c == '/' ? "../" : "";
}

Place Place::anywhere(const entries::Encyclopedia& encyclopedia, std::string root) {
  Place out(encyclopedia, "404.html");
  out.root_ = std::move(root);
  return out;
}

std::string Place::link(std::string_view address, std::string_view html) const {
  if (alone_) return std::string(html);
  return fmt::format("<a href=\"{}{}\">{}</a>", html_text(root_), html_text(address), html);
}

std::string Place::bulletin(std::string_view id) const {
  const std::string name = html_text(bulletin_name(id));
  const entries::Bulletin* bulletin = encyclopedia_.find_bulletin(id);
  return bulletin == nullptr ? name : link(address_of(*bulletin), name);
}

std::string Place::markdown(std::string_view raw) const {
  const std::string text = cleaned(raw);
  Node document(cmark_parse_document(text.data(), text.size(), CMARK_OPT_DEFAULT));
  std::vector<cmark_node*> html;
  std::vector<cmark_node*> texts;
  std::vector<cmark_node*> images;
  std::vector<cmark_node*> nested;
  std::unique_ptr<cmark_iter, void (*)(cmark_iter*)> walk(cmark_iter_new(document.get()),
                                                          &cmark_iter_free);
  int in_link = 0;
  for (cmark_event_type event = cmark_iter_next(walk.get()); event != CMARK_EVENT_DONE;
       event = cmark_iter_next(walk.get())) {
    cmark_node* node = cmark_iter_get_node(walk.get());
    const cmark_node_type type = cmark_node_get_type(node);
    const bool linked = type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE;
    if (linked) in_link += event == CMARK_EVENT_ENTER ? 1 : -1;
    if (event != CMARK_EVENT_ENTER) continue;
    if (linked && in_link > 1) {
      nested.push_back(node);
    } else if (type == CMARK_NODE_IMAGE) {
      images.push_back(node);
    }
    if (type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE) html.push_back(node);
    if (type == CMARK_NODE_TEXT && in_link == 0) texts.push_back(node);
  }
  for (cmark_node* node : html) show_html(node);
  for (cmark_node* node : nested) unwrap(node);
  for (cmark_node* node : images) show_image_as_link(node);
  if (!alone_) {
    for (cmark_node* node : texts) link_mentions(*this, node);
  }
  // Without CMARK_OPT_UNSAFE, links to javascript: and the like come out empty.
  std::unique_ptr<char, void (*)(void*)> rendered(
      cmark_render_html(document.get(), CMARK_OPT_DEFAULT, nullptr),
      cmark_get_default_mem_allocator()->free);
  return rendered == nullptr ? "" : rendered.get();
}

std::string Place::prose(std::string_view text) const {
  std::string out;
  while (!alone_) {
    const Mention mention = next_mention(encyclopedia_, text);
    if (mention.at == std::string_view::npos) break;
    out += html_path_text(text.substr(0, mention.at));
    out += link(mention.address, html_text(text.substr(mention.at, mention.size)));
    text.remove_prefix(mention.at + mention.size);
  }
  return out + html_path_text(text);
}

std::string Footnotes::cite(const std::vector<std::string>& ids) {
  std::map<std::size_t, std::string> cited;
  for (const std::string& id : ids) {
    const auto [row, is_new] = numbers_.try_emplace(id, order_.size() + 1);
    if (is_new) order_.push_back(id);
    cited[row->second] = id;
  }
  std::string out;
  for (const auto& [number, id] : cited) {
    out += fmt::format("{}<a href=\"#source-{}\" title=\"{}\">{}</a>",
                       out.empty() ? "" : ",&#8201;", number, html_text(id), number);
  }
  return out.empty() ? "" : "<sup class=\"cite\">" + out + "</sup>";
}

std::string Footnotes::list() const {
  if (order_.empty()) return "";
  std::string out = "<ol class=\"sources\">\n";
  for (const std::string& id : order_) {
    out += fmt::format("<li id=\"source-{}\"><b>{}</b>", numbers_.at(id), html_text(id));
    const auto found = entry_.sources.find(id);
    if (found == entry_.sources.end()) {
      out += " is not in the entry's list of sources</li>\n";
      continue;
    }
    const entries::Source& source = found->second;
    out += fmt::format(" {}, {}", html_text(source.publisher), html_text(label_of(source.kind)));
    if (!source.language.empty()) out += " (in " + html_text(source.language) + ")";
    const std::string url = html_text(source.url);
    const bool web = source.url.starts_with("https://") || source.url.starts_with("http://");
    out += web ? fmt::format("<br><a class=\"url\" href=\"{}\" rel=\"nofollow noopener\">{}</a>",
                             url, url)
               : "<br><span class=\"url\">" + url + "</span>";
    out += "</li>\n";
  }
  return out + "</ol>\n";
}

}  // namespace antidotary::publish
