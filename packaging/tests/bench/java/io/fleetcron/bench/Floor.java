package io.fleetcron.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;

/**
 * What a scheduler on this machine costs at the least: plain Quartz with a RAM store, one instance, and a process per
 * fire started by {@link ProcessBuilder}. No lock, no ledger, no history, no output. The same jobs, command and
 * variables as the fleet's.
 */
public final class Floor {

    private static final String COMMAND = "command";

    private Floor() {}

    /** Runs until it is killed. Arguments: how many jobs fire every second, then the command and its arguments. */
    public static void main(String[] arguments) throws SchedulerException {
        int jobs = Integer.parseInt(arguments[0]);
        Properties settings = new Properties();
        settings.setProperty("org.quartz.threadPool.threadCount", "64"); // an agent has at most 64 runs, by default
        settings.setProperty("org.quartz.scheduler.skipUpdateCheck", "true");
        Scheduler scheduler = new StdSchedulerFactory(settings).getScheduler();
        scheduler.getContext().put(COMMAND, List.of(arguments).subList(1, arguments.length));
        long start = (System.currentTimeMillis() / 1000 + 2) * 1000;
        for (int n = 0; n < jobs; n++) {
            JobDetail job = JobBuilder.newJob(StartProcess.class)
                    .withIdentity("job-" + n)
                    .build();
            Trigger everySecond = TriggerBuilder.newTrigger()
                    .startAt(new Date(start))
                    .withSchedule(SimpleScheduleBuilder.repeatSecondlyForever())
                    .build();
            scheduler.scheduleJob(job, everySecond);
        }
        scheduler.start();
        System.out.println("ready");
    }

    /** One fire: the process is started and waited for. */
    public static final class StartProcess implements Job {
        @Override
        public void execute(JobExecutionContext context) throws JobExecutionException {
            try {
                ProcessBuilder builder = new ProcessBuilder(command(context))
                        .redirectOutput(Redirect.DISCARD)
                        .redirectError(Redirect.DISCARD);
                Map<String, String> environment = builder.environment();
                environment.clear();
                environment.put("PATH", "/usr/bin:/bin");
                environment.put("FLEETCRON_JOB", context.getJobDetail().getKey().getName());
                environment.put("FLEETCRON_TOKEN", "0");
                environment.put("FLEETCRON_INSTANCE", "floor");
                environment.put(
                        "FLEETCRON_FIRE",
                        context.getScheduledFireTime().toInstant().toString());
                Process process = builder.start();
                process.getOutputStream().close();
                process.waitFor();
            } catch (IOException | SchedulerException e) {
                throw new JobExecutionException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @SuppressWarnings("unchecked")
        private static List<String> command(JobExecutionContext context) throws SchedulerException {
            return (List<String>) context.getScheduler().getContext().get(COMMAND);
        }
    }
}
