// Lints: the list of all of them, and the run over an encyclopedia.
#include <algorithm>
#include <tuple>

#include "entries/lints/lint.h"

namespace antidotary::entries {

const Lint& bulletin_is_complete_lint();
const Lint& bulletin_links_agree_lint();
const Lint& change_id_is_unique_lint();
const Lint& class_is_given_lint();
const Lint& common_subject_needs_more_lint();
const Lint& conclusive_is_earned_lint();
const Lint& confusable_exists_lint();
const Lint& confusable_is_mutual_lint();
const Lint& date_is_iso_lint();
const Lint& digest_does_not_stand_alone_lint();
const Lint& digest_is_hexadecimal_lint();
const Lint& directory_is_known_lint();
const Lint& draft_is_filled_in_lint();
const Lint& fact_has_source_lint();
const Lint& family_label_bears_no_letter_lint();
const Lint& file_name_is_narrow_lint();
const Lint& genuine_file_is_told_apart_lint();
const Lint& handler_is_restored_first_lint();
const Lint& knowledge_has_source_lint();
const Lint& handler_is_stated_lint();
const Lint& label_fits_family_lint();
const Lint& label_has_one_place_lint();
const Lint& label_is_one_label_lint();
const Lint& lure_is_more_than_a_subject_lint();
const Lint& memory_only_is_restarted_lint();
const Lint& mistaken_name_says_why_lint();
const Lint& named_only_is_true_lint();
const Lint& old_value_is_clear_lint();
const Lint& path_is_id_lint();
const Lint& port_is_readable_lint();
const Lint& prose_is_complete_lint();
const Lint& prose_is_plain_lint();
const Lint& rating_is_in_range_lint();
const Lint& reference_resolves_lint();
const Lint& registry_key_has_root_lint();
const Lint& removal_order_is_a_graph_lint();
const Lint& removed_value_has_owner_lint();
const Lint& setting_has_old_value_lint();
const Lint& sizes_are_all_told_lint();
const Lint& source_has_address_lint();
const Lint& source_is_kept_lint();
const Lint& source_is_used_lint();
const Lint& source_resolves_lint();
const Lint& status_is_earned_lint();
const Lint& supersedence_is_a_chain_lint();
const Lint& time_runs_forward_lint();
const Lint& title_fits_id_lint();

std::span<const Lint* const> lints() {
  static const Lint* const table[] = {
      &bulletin_is_complete_lint(),
      &bulletin_links_agree_lint(),
      &change_id_is_unique_lint(),
      &class_is_given_lint(),
      &common_subject_needs_more_lint(),
      &conclusive_is_earned_lint(),
      &confusable_exists_lint(),
      &confusable_is_mutual_lint(),
      &date_is_iso_lint(),
      &digest_does_not_stand_alone_lint(),
      &digest_is_hexadecimal_lint(),
      &directory_is_known_lint(),
      &draft_is_filled_in_lint(),
      &fact_has_source_lint(),
      &family_label_bears_no_letter_lint(),
      &file_name_is_narrow_lint(),
      &genuine_file_is_told_apart_lint(),
      &handler_is_restored_first_lint(),
      &knowledge_has_source_lint(),
      &handler_is_stated_lint(),
      &label_fits_family_lint(),
      &label_has_one_place_lint(),
      &label_is_one_label_lint(),
      &lure_is_more_than_a_subject_lint(),
      &memory_only_is_restarted_lint(),
      &mistaken_name_says_why_lint(),
      &named_only_is_true_lint(),
      &old_value_is_clear_lint(),
      &path_is_id_lint(),
      &port_is_readable_lint(),
      &prose_is_complete_lint(),
      &prose_is_plain_lint(),
      &rating_is_in_range_lint(),
      &reference_resolves_lint(),
      &registry_key_has_root_lint(),
      &removal_order_is_a_graph_lint(),
      &removed_value_has_owner_lint(),
      &setting_has_old_value_lint(),
      &sizes_are_all_told_lint(),
      &source_has_address_lint(),
      &source_is_kept_lint(),
      &source_is_used_lint(),
      &source_resolves_lint(),
      &status_is_earned_lint(),
      &supersedence_is_a_chain_lint(),
      &time_runs_forward_lint(),
      &title_fits_id_lint(),
  };
  return table;
}

void Report::say(const Place& place, std::string what, std::string mend) {
  if (mend.empty()) mend = lint_.advice();
  problems_.push_back(
      {place, lint_.severity(), std::string(lint_.name()), std::move(what), std::move(mend)});
}

std::vector<Problem> lint(const Encyclopedia& encyclopedia) {
  std::vector<Problem> problems;
  for (const Lint* rule : lints()) {
    Report report(*rule, problems);
    rule->check(encyclopedia, report);
  }
  std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.place.file, a.place.line) < std::tie(b.place.file, b.place.line);
  });
  return problems;
}

}  // namespace antidotary::entries
