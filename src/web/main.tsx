import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/parts.css';
import './styles/shell.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { routeNow } from './app/routes.ts';
import { loadView } from './app/views.ts';
import { startLanguages } from './i18n/i18n.ts';

// The page's file comes while the server is asked who is signed in; what fails here is told by the page itself.
loadView(routeNow().page).catch(() => undefined);
await startLanguages();
const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
