import { Center, Loader } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { onSignedOut } from '../api/client.ts';
import { queryKeys } from '../api/query-keys.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { NotFoundPage } from './NotFoundPage.tsx';
import { Shell } from './Shell.tsx';
import { SignInPage } from './SignInPage.tsx';

const FlowsPage = lazy(() => import('../flows/FlowsPage.tsx').then((module) => ({ default: module.FlowsPage })));
const FlowRoute = lazy(() => import('./FlowRoute.tsx').then((module) => ({ default: module.FlowRoute })));
const RunsPage = lazy(() => import('../runs/RunsPage.tsx').then((module) => ({ default: module.RunsPage })));
const CatalogPage = lazy(() =>
  import('../catalog/CatalogPage.tsx').then((module) => ({ default: module.CatalogPage })),
);
const ContactsPage = lazy(() =>
  import('../contacts/ContactsPage.tsx').then((module) => ({ default: module.ContactsPage })),
);
const ApprovalsPage = lazy(() =>
  import('../approvals/ApprovalsPage.tsx').then((module) => ({ default: module.ApprovalsPage })),
);
const ActivityPage = lazy(() =>
  import('../activity/ActivityPage.tsx').then((module) => ({ default: module.ActivityPage })),
);
const EventsPage = lazy(() => import('../events/EventsPage.tsx').then((module) => ({ default: module.EventsPage })));
const PublishingPage = lazy(() =>
  import('../publishing/PublishingPage.tsx').then((module) => ({ default: module.PublishingPage })),
);
const ConnectionsPage = lazy(() =>
  import('../connections/ConnectionsPage.tsx').then((module) => ({ default: module.ConnectionsPage })),
);
const PhonePage = lazy(() => import('../phone/PhonePage.tsx').then((module) => ({ default: module.PhonePage })));
const RunPage = lazy(() => import('../runs/RunPage.tsx').then((module) => ({ default: module.RunPage })));
const SettingsPage = lazy(() =>
  import('../settings/SettingsPage.tsx').then((module) => ({ default: module.SettingsPage })),
);

/** Which address shows which page. Each page is loaded when it is first opened. */
export function Routes() {
  useSignInRedirect();
  const [location] = useLocation();
  return (
    <Switch>
      <Route path="/sign-in" component={SignInPage} />
      <Route path="/phone">
        <ErrorBoundary resetKey={location}>
          <Suspense fallback={<PageLoader />}>
            <PhonePage />
          </Suspense>
        </ErrorBoundary>
      </Route>
      <Route>
        <Shell>
          <ErrorBoundary resetKey={location}>
            <Suspense fallback={<PageLoader />}>
              <Switch>
                <Route path="/">
                  <Redirect to="/flows" replace />
                </Route>
                <Route path="/flows" component={FlowsPage} />
                <Route path="/flows/:id">{(params) => <FlowRoute flowId={params.id} />}</Route>
                <Route path="/runs" component={RunsPage} />
                <Route path="/runs/:id">{(params) => <RunPage key={params.id} id={params.id} />}</Route>
                <Route path="/approvals" component={ApprovalsPage} />
                <Route path="/contacts" component={ContactsPage} />
                <Route path="/catalog" component={CatalogPage} />
                <Route path="/activity" component={ActivityPage} />
                <Route path="/events" component={EventsPage} />
                <Route path="/publishing" component={PublishingPage} />
                <Route path="/connections" component={ConnectionsPage} />
                <Route path="/settings" component={SettingsPage} />
                <Route component={NotFoundPage} />
              </Switch>
            </Suspense>
          </ErrorBoundary>
        </Shell>
      </Route>
    </Switch>
  );
}

function PageLoader() {
  return (
    <Center mih="60vh">
      <Loader type="dots" aria-label="Loading" />
    </Center>
  );
}

/** Whoever is not signed in goes to the sign-in form, and comes back to where they were. */
function useSignInRedirect(): void {
  const [, navigate] = useLocation();
  const client = useQueryClient();
  useEffect(
    () =>
      onSignedOut(() => {
        const { pathname, search } = window.location;
        if (pathname === '/sign-in') return;
        client.removeQueries({ queryKey: queryKeys.session });
        navigate(`/sign-in?next=${encodeURIComponent(pathname + search)}`, { replace: true });
      }),
    [client, navigate],
  );
}
