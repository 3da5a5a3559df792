package io.fleetcron.audit;

import io.fleetcron.fleet.InForce;
import io.fleetcron.fleet.Timetable;
import java.util.List;
import java.util.Map;

/**
 * Which definitions were in force when. Immutable.
 *
 * @param lines those of each instance's journal, by id
 * @param timetables those that could be read, by name
 */
public record Journals(Map<String, List<InForce>> lines, Map<String, Timetable> timetables) {}
