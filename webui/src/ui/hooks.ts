// Loading and doing: the two things a page asks of the service, each with its failure as a value.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api';
import type { Download } from '../api';
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
