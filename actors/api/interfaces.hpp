// Who can be asked what.
#pragma once

#include "actors/api/accounting.hpp"
#include "actors/api/accounts.hpp"
#include "actors/api/addresses.hpp"
#include "actors/api/clock.hpp"
#include "actors/api/desk.hpp"
#include "actors/api/directory.hpp"
#include "actors/api/events.hpp"
#include "actors/api/keeping.hpp"
#include "actors/api/lease.hpp"
#include "actors/api/login.hpp"
#include "actors/api/nas.hpp"

namespace uzel {

// Everything that is addressed to one account.
using account_questions = caf::typed_actor<
  caf::reacts_to<login>, caf::reacts_to<account_usage>, caf::reacts_to<address_taken>,
  caf::reacts_to<address_refused>, caf::reacts_to<give_up>, caf::reacts_to<close_restarted>,
  caf::reacts_to<close_stale>, caf::reacts_to<hand_over_session>, caf::reacts_to<continue_session>,
  caf::reacts_to<end_lease>, caf::replies_to<show_account>::with<account_shown>,
  caf::replies_to<change_account>::with<account_shown>,
  caf::replies_to<add_access>::with<account_shown>,
  caf::replies_to<remove_access>::with<account_shown>,
  caf::replies_to<set_subscription>::with<account_shown>,
  caf::replies_to<add_static_address>::with<account_shown>,
  caf::replies_to<remove_static_address>::with<account_shown>,
  caf::replies_to<disconnect_session>::with<session_disconnected>>;

// One account in use. Only its directory shard holds the handle.
using subscriber_actor = account_questions::extend<caf::reacts_to<look_idle>>;

// A shard of the directory: everything addressed to an account, plus identification, keys, sleep.
using directory_actor = account_questions::extend<
  caf::replies_to<create_account>::with<account_shown>,
  caf::replies_to<import_accounts>::with<accounts_imported>,
  caf::replies_to<find_account>::with<account_shown>,
  caf::replies_to<page_sessions>::with<sessions_page>,
  caf::replies_to<claim_keys>::with<keys_claimed>, caf::reacts_to<release_keys>,
  caf::replies_to<claim_batch>::with<batch_claimed>, caf::reacts_to<release_batch>,
  caf::replies_to<plant_accounts>::with<accounts_planted>, caf::reacts_to<continue_intake>,
  caf::reacts_to<ready_to_sleep>, caf::reacts_to<account_settled>, caf::reacts_to<desk_published>,
  caf::reacts_to<look_idle>>;

// One range (or a domain's static range). Only its address space holds the handle.
using pool_actor = caf::typed_actor<
  caf::reacts_to<take_address>, caf::reacts_to<confirm_binding>, caf::reacts_to<release_binding>,
  caf::reacts_to<adopt_address>, caf::reacts_to<find_leaseholder>, caf::reacts_to<end_lease>,
  caf::reacts_to<decline_binding>, caf::reacts_to<given_up>, caf::reacts_to<binding_kept>,
  caf::replies_to<assign_static>::with<static_settled>,
  caf::replies_to<withdraw_static>::with<static_settled>,
  caf::replies_to<remove_binding>::with<binding_removed>,
  caf::replies_to<quarantine_address>::with<binding_removed>,
  caf::replies_to<keep_address>::with<address_kept>,
  caf::replies_to<page_bindings>::with<bindings_page>,
  caf::replies_to<count_pools>::with<pools_counted>,
  caf::replies_to<check_range>::with<range_checked>, caf::reacts_to<range_settled>,
  caf::reacts_to<desk_published>, caf::reacts_to<pool_defined>, caf::reacts_to<look_at_time>>;

// One routing domain: speaks like a pool and hands on to the right one.
using address_space_actor =
  pool_actor::extend<caf::reacts_to<pool_full>, caf::reacts_to<pool_has_room>,
                     caf::reacts_to<place_left>>;

// One NAS.
using nas_actor =
  caf::typed_actor<caf::reacts_to<account_usage>, caf::reacts_to<session_noted>,
                   caf::reacts_to<dynauth_answered>, caf::reacts_to<sweep_stale>,
                   caf::reacts_to<continue_closing>, caf::reacts_to<dialogue_expired>,
                   caf::replies_to<end_session>::with<session_ended>,
                   caf::replies_to<list_nases>::with<nases_listed>>;
// Speaks like a NAS and hands on to the right one; spawns them.
using nas_router_actor = nas_actor;

using clock_actor =
  caf::typed_actor<caf::replies_to<show_clock>::with<clock_shown>,
                   caf::replies_to<confirm_clock>::with<clock_shown>, caf::reacts_to<clock_tick>>;

using events_actor =
  caf::typed_actor<caf::reacts_to<login_happened>, caf::reacts_to<alarm_raised>,
                   caf::replies_to<subscribe_events>::with<events_subscribed>,
                   caf::reacts_to<unsubscribe_events>, caf::reacts_to<synced_records>,
                   caf::replies_to<list_alarms>::with<alarms_listed>>;

using storage_actor = caf::typed_actor<
  caf::replies_to<desk_create>::with<desk_settled>,
  caf::replies_to<desk_change>::with<desk_settled>,
  caf::replies_to<desk_remove>::with<desk_settled>, caf::replies_to<show_row>::with<row_shown>,
  caf::replies_to<list_rows>::with<rows_listed>, caf::replies_to<find_holder>::with<rows_listed>,
  caf::replies_to<show_store>::with<store_shown>>;

} // namespace uzel
