import { useSearchParams } from 'wouter';

/** One filter kept in the address, so that a filtered list can be linked, reloaded and gone back to. Null clears it. */
export function useSearchFilter(name: string): [string | null, (value: string | null) => void] {
  const [search, setSearch] = useSearchParams();
  const set = (value: string | null) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === null || value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  return [search.get(name), set];
}
