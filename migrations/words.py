"""The functions behind search: what a recording says, what a question means, which recordings answer it."""

SEARCH = """
create function thicket_words(title text, content text) returns tsvector
language plpgsql stable set search_path = pg_catalog, public as $$
declare
  apart text := case when title ~ '[._-]' then translate(title, '._-', '   ') end;
  named tsvector := setweight(to_tsvector('thicket', concat_ws(' ', title, apart)), 'A');
begin
  return named || setweight(to_tsvector('thicket', left(coalesce(content, ''), 200000)), 'B');
exception when program_limit_exceeded then
  return named;
end $$;

create function thicket_index_recording() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if new.parent_id is not null or new.project_id is null then
    insert into search_entries (recording_id, org_id, words)
      values (new.id, new.org_id, thicket_words(
        concat_ws(' ', new.title, (select v.filename from file_versions v where v.id = new.file_id)), new.content))
      on conflict (recording_id) do update set words = excluded.words;
  end if;
  return null;
end $$;

create function thicket_index_file() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  update search_entries s set words = thicket_words(concat_ws(' ', r.title, new.filename), r.content)
    from recordings r where r.id = new.recording_id and r.file_id = new.id and s.recording_id = r.id;
  return null;
end $$;

create function thicket_query(wanted text) returns tsquery
language plpgsql stable set search_path = pg_catalog, public as $$
declare
  asked tsquery := websearch_to_tsquery('thicket', wanted);
  last_word text := substring(wanted from '(?:^|[[:space:]])([^[:space:]"-][^[:space:]"]*)$');
begin
  if last_word is not null and lower(last_word) <> 'or' and right(asked::text, 1) = '''' then
    asked := (asked::text || ':*')::tsquery;
  end if;
  return asked;
end $$;

create function thicket_search(wanted text, statuses text[], kinds text[], without text[], in_project uuid,
                               made_by uuid, since timestamptz, until timestamptz, held text)
returns table (id uuid, score double precision)
language plpgsql stable security definer rows 50 set search_path = pg_catalog, public as $$
declare
  asked tsquery := thicket_query(wanted);
begin
  if numnode(asked) = 0 then
    return;
  end if;
  return query
    select f.id, ln(ts_rank_cd(f.words, asked, 1) + 1e-6)
           + extract(epoch from f.created_at)::double precision / 22437000
      from (
        select r.id, r.created_at, s.words
          from search_entries s join recordings r on r.id = s.recording_id
         where s.org_id = thicket_org() and s.words @@ asked and r.status = any (statuses) and r.tool_enabled
           and r.place_id = any (thicket_places())
           and (kinds is null or r.type = any (kinds)) and not r.type = any (without)
           and (in_project is null or r.project_id = in_project) and (made_by is null or r.creator_id = made_by)
           and (since is null or r.created_at >= since) and (until is null or r.created_at <= until)
           and (held is null or exists (
             select 1 from file_versions v where v.id = r.file_id and v.content_type like held))
           and (r.visible_to_clients or not thicket_is_client() or r.place_id = any (thicket_chats()))
         order by r.created_at desc
         limit 2000) f;
end $$;

create function thicket_plain(content text) returns text
language sql immutable set search_path = pg_catalog, public as $$
  select btrim(regexp_replace(
    replace(replace(replace(replace(replace(replace(regexp_replace(left(content, 100000), '<[^>]*>', ' ', 'g'),
      '&lt;', '<'), '&gt;', '>'), '&quot;', '"'), '&#39;', ''''), '&nbsp;', ' '), '&amp;', '&'),
    '[[:space:]]+', ' ', 'g'))
$$;

create function thicket_highlight(plain text, wanted text, whole boolean) returns text
language sql stable cost 100000 set search_path = pg_catalog, public as $$
  select ts_headline('thicket',
    replace(replace(replace(replace(replace(
      plain, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;'),
    thicket_query(wanted),
    'StartSel=<em>, StopSel=</em>, ' || case when whole then 'HighlightAll=true' else 'MinWords=12, MaxWords=30' end)
$$;
"""
"""The last bare word of a question also matches as a beginning. The newest two thousand matches are ranked: by how well
they match, and a match half a year older counts half. Row-level security is put over what is found by who asks.
"""
