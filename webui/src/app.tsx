// The frame: who may see it, the navigation, and one page at a time.
import { ErrorBoundary, LocationProvider, Route, Router, useLocation } from 'preact-iso';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from './api';
import { isFirstDay } from './guide_model';
import { configureLanguage, t } from './i18n';
import { liveState, startLive, status } from './live';
import { AgentPage } from './pages/agent';
import { AlertsPage } from './pages/alerts';
import { CertificatesPage } from './pages/certificates';
import { DeliveriesPage } from './pages/deliveries';
import { DeliveryPage } from './pages/delivery';
import { GuidePage } from './pages/guide';
import { HaloPage } from './pages/halopsa';
import { LedgerPage } from './pages/ledger';
import { LinkPage } from './pages/link';
import { LogPage } from './pages/log';
import { MaintenancePage } from './pages/maintenance';
import { NotFoundPage, OverviewPage } from './pages/overview';
import { ScopePage } from './pages/scope';
import { AskPassword, SetupPage, SignInPage, UnreachablePage } from './pages/session';
import { SettingsPage } from './pages/settings';
import { TicketPage } from './pages/ticket';
import { WebhookPage } from './pages/webhook';
import { justSignedIn, loadSession, session, signOut } from './session';
import { Button } from './ui/controls';
import { Loading, Notice, Toasts } from './ui/feedback';
import { Icon } from './ui/icons';
import { Navigation } from './ui/navigation';
import { Preferences } from './ui/preferences';


function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="30" height="30" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M6 21h6.5l7-10H26" />
      <circle class="mark-from" cx="7" cy="21" r="3.2" />
      <circle class="mark-to" cx="25" cy="11" r="3.2" />
    </svg>
  );
}

function Live() {
  const state = liveState.value;
  return (
    <span class={`live ${state}`} role="status">
      <span class="live-dot" aria-hidden="true" />
      {t.value.live[state]}
    </span>
  );
}

function Sidebar({ path, open, toggle }: { path: string; open: boolean; toggle: () => void }) {
  return (
    <header class={`sidebar ${open ? 'open' : ''}`}>
      <div class="brand">
        <a href="/" class="brand-link">
          <Mark />
          <span>{t.value.app.name}</span>
        </a>
        <button
          type="button"
          class="button ghost icon-only menu-button"
          aria-expanded={open}
          aria-label={t.value.app.menu}
          onClick={toggle}
        >
          <Icon name={open ? 'close' : 'menu'} size={22} />
        </button>
      </div>
      <div class="sidebar-body">
        <Navigation path={path} />
        <div class="sidebar-foot">
          <Live />
          <Preferences />
          <Button
            variant="ghost"
            class="small"
            onClick={() => {
              void signOut();
            }}
          >
            {t.value.app.signOut}
          </Button>
        </div>
      </div>
    </header>
  );
}

// A change of page moves the focus to its heading, as a full page load would.
function useFocusOnHeading(path: string): void {
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    window.scrollTo(0, 0);
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
  }, [path]);
}

// On the first day a sign-in leads to the setup guide, unless it was another page that asked for it.
function useLanding(): void {
  const { path, route } = useLocation();
  const known = status.value;
  useEffect(() => {
    if (!justSignedIn.value || known === null) return;
    justSignedIn.value = false;
    if (path === '/' && isFirstDay(known)) route('/guide', true);
  }, [known, path, route]);
}

function Shell() {
  const { path } = useLocation();
  const [open, setOpen] = useState(false);
  useFocusOnHeading(path);
  useLanding();
  useEffect(() => setOpen(false), [path]);
  useEffect(startLive, []);
  return (
    <div class="shell">
      <a class="skip" href="#content">
        {t.value.app.skip}
      </a>
      <Sidebar path={path} open={open} toggle={() => setOpen(!open)} />
      <main id="content">
        {liveState.value === 'lost' && (
          <Notice tone="warn" title={t.value.live.lost}>
            <p>{t.value.live.lostText}</p>
          </Notice>
        )}
        <Router>
          <Route path="/" component={OverviewPage} />
          <Route path="/deliveries" component={DeliveriesPage} />
          <Route path="/deliveries/:id" component={DeliveryPage} />
          <Route path="/tickets/:id" component={TicketPage} />
          <Route path="/ledger" component={LedgerPage} />
          <Route path="/alerts" component={AlertsPage} />
          <Route path="/guide" component={GuidePage} />
          <Route path="/scope" component={ScopePage} />
          <Route path="/agent" component={AgentPage} />
          <Route path="/halopsa" component={HaloPage} />
          <Route path="/certificates" component={CertificatesPage} />
          <Route path="/webhook" component={WebhookPage} />
          <Route path="/link" component={LinkPage} />
          <Route path="/settings" component={SettingsPage} />
          <Route path="/log" component={LogPage} />
          <Route path="/maintenance" component={MaintenancePage} />
          <Route default component={NotFoundPage} />
        </Router>
      </main>
    </div>
  );
}

function Gate() {
  const current = session.value;
  useEffect(() => {
    if (current && !(current instanceof ApiError)) configureLanguage(current.language);
  }, [current]);
  if (current === null)
    return (
      <main class="gate">
        <Loading />
      </main>
    );
  if (current instanceof ApiError)
    return (
      <UnreachablePage
        failure={current}
        retry={() => {
          void loadSession();
        }}
      />
    );
  if (current.setup_required) return <SetupPage />;
  return current.signed_in ? <Shell /> : <SignInPage />;
}

export function App() {
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    void loadSession();
  }, []);
  if (failed) {
    return (
      <main class="gate">
        <Notice tone="error">
          <p>{t.value.app.failedAt}</p>
        </Notice>
        <Button onClick={() => window.location.reload()}>{t.value.app.reload}</Button>
      </main>
    );
  }
  return (
    <LocationProvider>
      <ErrorBoundary
        onError={error => {
          console.error(error);
          setFailed(true);
        }}
      >
        <Gate />
        <AskPassword />
        <Toasts />
      </ErrorBoundary>
    </LocationProvider>
  );
}
