// A list of the service's, page by page: its rows, or why there are none, and the way to more.
import type { ComponentChildren } from 'preact';
import { t } from '../i18n';
import { Button } from './controls';
import { Failure, Loading } from './feedback';
import type { useList } from './hooks';

interface ListedProps<T> {
  list: ReturnType<typeof useList<T>>;
  empty: ComponentChildren;
  children: (items: T[]) => ComponentChildren;
}

export function Listed<T>({ list, empty, children }: ListedProps<T>) {
  const none = list.items.length === 0;
  return (
    <>
      {list.failure && <Failure failure={list.failure} retry={list.reload} />}
      {!none && children(list.items)}
      {none && list.loading && <Loading />}
      {none && !list.loading && !list.failure && empty}
      {list.cursor !== null && (
        <p class="list-end">
          <Button busy={list.loading} onClick={list.more}>
            {t.value.app.more}
          </Button>
        </p>
      )}
    </>
  );
}
