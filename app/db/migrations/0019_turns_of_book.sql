-- Which versions of the book are still referred to: those that are not are pruned.

create index turns_of_book on turns (tenant_id, book_version, committed_at desc);
