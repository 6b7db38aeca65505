// Loading and doing: the two things a page asks of the service, each with its failure as a value.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api';
import type { Download, Page } from '../api';
import { t } from '../i18n';

export const asApiError = (failure: unknown): ApiError =>
  failure instanceof ApiError ? failure : new ApiError('unexpected', 0, null, null);

export interface Loaded<T> {
  data: T | null;
  failure: ApiError | null;
  loading: boolean;
  reload: () => void;
  replace: (data: T) => void;
}

// Loads again whenever `key` changes; an answer that comes too late for its key is dropped.
export function useLoad<T>(load: () => Promise<T>, key = ''): Loaded<T> {
  const [state, setState] = useState<{ data: T | null; failure: ApiError | null; loading: boolean }>({
    data: null,
    failure: null,
    loading: true,
  });
  const turn = useRef(0);
  const reload = useCallback(() => {
    const mine = (turn.current += 1);
    setState(previous => ({ ...previous, loading: true }));
    load().then(
      data => {
        if (mine === turn.current) setState({ data, failure: null, loading: false });
      },
      failure => {
        if (mine === turn.current)
          setState(previous => ({ data: previous.data, failure: asApiError(failure), loading: false }));
      },
    );
  }, [key]);
  useEffect(() => {
    reload();
    return () => {
      turn.current += 1;
    };
  }, [reload]);
  const replace = useCallback((data: T) => setState({ data, failure: null, loading: false }), []);
  return { ...state, reload, replace };
}

export interface Action {
  busy: boolean;
  failure: ApiError | null;
  run: (work: () => Promise<void>) => void;
  clear: () => void;
}

// One thing at a time: a second press while the first is under way does nothing.
export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const run = (work: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setFailure(null);
    work()
      .catch((reason: unknown) => setFailure(asApiError(reason)))
      .finally(() => setBusy(false));
  };
  return { busy, failure, run, clear: () => setFailure(null) };
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ${t.value.app.name}`;
  }, [title, t.value]);
}

export function saveFile({ blob, name }: Download): void {
  const url = URL.createObjectURL(blob);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

interface Paged<T> {
  items: T[];
  cursor: string | null;
  loading: boolean;
  failure: ApiError | null;
}

// A list of the service, page by page. `refresh` loads the first page again, unless the reader has gone on
// to the second: what is being read must not jump.
export function useList<T>(load: (cursor?: string) => Promise<Page<T>>, key = '') {
  const [list, setList] = useState<Paged<T>>({ items: [], cursor: null, loading: true, failure: null });
  const turn = useRef(0);
  const pages = useRef(0);
  const fetchPage = useCallback(
    (cursor: string | null) => {
      const mine = (turn.current += 1);
      setList(previous => ({ ...previous, loading: true }));
      load(cursor ?? undefined).then(
        page => {
          if (mine !== turn.current) return;
          pages.current = cursor === null ? 1 : pages.current + 1;
          setList(previous => ({
            items: cursor === null ? page.items : [...previous.items, ...page.items],
            cursor: page.next_cursor,
            loading: false,
            failure: null,
          }));
        },
        failure => {
          if (mine === turn.current)
            setList(previous => ({ ...previous, loading: false, failure: asApiError(failure) }));
        },
      );
    },
    [key],
  );
  useEffect(() => {
    pages.current = 0;
    setList({ items: [], cursor: null, loading: true, failure: null });
    fetchPage(null);
    return () => {
      turn.current += 1;
    };
  }, [fetchPage]);
  const reload = useCallback(() => fetchPage(null), [fetchPage]);
  const refresh = useCallback(() => {
    if (pages.current === 1) fetchPage(null);
  }, [fetchPage]);
  return { ...list, more: () => fetchPage(list.cursor), reload, refresh };
}

// The value, at most once in this time: for what changes faster than it has to be acted upon.
export function useThrottled<T>(value: T, every_ms: number): T {
  const [held, setHeld] = useState(value);
  const changed = useRef(0);
  useEffect(() => {
    if (Object.is(held, value)) return undefined;
    const wait = Math.max(0, changed.current + every_ms - Date.now());
    const timer = window.setTimeout(() => {
      changed.current = Date.now();
      setHeld(value);
    }, wait);
    return () => window.clearTimeout(timer);
  }, [value, held, every_ms]);
  return held;
}
