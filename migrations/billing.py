"""Our SQL functions for billing: what a payment provider tells comes without a session (app/billing/events.py).

They look only at the account of the customer that they are given.
"""

BILLING = """
create function thicket_bill(
  payer text, event text, moment timestamptz, subscribed text, stands text, plan text, every text,
  until timestamptz, ends boolean, at_present timestamptz) returns text
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  account billing_accounts;
  in_force boolean := stands in ('active', 'past_due');
begin
  select a.* into account from billing_accounts a where a.customer = payer for update;
  if not found then
    return 'unknown';
  end if;
  if event is null then
    if account.latest_event_at is distinct from moment then
      return 'old';
    end if;
  elsif moment < account.latest_event_at or event = any (account.latest_events) then
    return 'old';
  elsif subscribed is distinct from account.subscription and (plan is null or not in_force) then
    return 'other';
  elsif moment = account.latest_event_at then
    update billing_accounts a set latest_events = a.latest_events || event where a.id = account.id;
    return 'unclear';
  end if;
  update billing_accounts a set
    subscription = case when stands <> 'cancelled' then subscribed end,
    paid = case when stands <> 'cancelled' then every end,
    current_period_ends_at = case when stands <> 'cancelled' then until end,
    cancel_at_period_end = ends and stands <> 'cancelled',
    latest_event_at = moment,
    latest_events = case when event is null then a.latest_events else array[event] end,
    updated_at = at_present
   where a.id = account.id;
  update organizations o set
    tier = case when stands = 'cancelled' then 'free' else coalesce(plan, o.tier) end,
    billing_status = stands, updated_at = at_present
   where o.id = account.org_id;
  return 'done';
end $$;

create function thicket_billing_account(payer text)
returns table (organization text, subscription text, paid text, current_period_ends_at timestamptz,
               cancel_at_period_end boolean, latest_event_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public as $$
  select o.name, a.subscription, a.paid, a.current_period_ends_at, a.cancel_at_period_end, a.latest_event_at
    from billing_accounts a join organizations o on o.id = a.org_id
   where a.customer = payer
$$;

create function thicket_ended_periods(prefix text, moment timestamptz, most integer) returns table (customer text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select a.customer from billing_accounts a
   where starts_with(a.customer, prefix) and a.subscription is not null and a.current_period_ends_at <= moment
   order by a.current_period_ends_at limit most
$$;
"""
"""What is told twice, late or of another subscription changes nothing; of two changes in one second nobody knows which
came first, so the provider has to be asked: that is told without the event's id."""
