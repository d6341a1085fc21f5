// Start of the page: providers around the window.
import './ui/mantine.css';
import '@mantine/notifications/styles.css';
import './ui/fonts.css';
import './ui/tokens.css';
import './ui/base.css';
import './ui/frame.css';
import './ui/pieces.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { EventStreamProvider } from './api/event-stream.tsx';
import { firstRunQuery, jobsQuery, machineQuery, modelTreeQuery, settingsQuery } from './api/queries.ts';
import { App } from './ui/App.tsx';
import { CommandProvider } from './ui/commands.tsx';
import { FilePickerProvider } from './ui/FilePicker.tsx';
import { resolveVariables, theme } from './ui/theme.ts';

const client = new QueryClient({
  defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false, staleTime: 5_000 } },
});

// What the first picture needs: asked before it is drawn.
void client.prefetchQuery(settingsQuery);
void client.prefetchQuery(modelTreeQuery);
void client.prefetchQuery(firstRunQuery);
void client.prefetchQuery(jobsQuery);
void client.prefetchQuery(machineQuery);

createRoot(document.getElementById('root')!).render(
  <MantineProvider theme={theme} cssVariablesResolver={resolveVariables} defaultColorScheme="auto">
    <QueryClientProvider client={client}>
      <EventStreamProvider>
        <CommandProvider>
          <FilePickerProvider>
            <App />
          </FilePickerProvider>
        </CommandProvider>
      </EventStreamProvider>
      <Notifications position="bottom-right" />
    </QueryClientProvider>
  </MantineProvider>,
);
